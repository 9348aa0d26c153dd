// Everything in keep6 that reads what others wrote, and what must hold whatever it reads.
import Firewall
import Glibc
import Internet
import Netlink
import Systemd
import Testing

@testable import Configuration
@testable import NeighborDiscovery
@testable import Netlink
@testable import StateMachines

/// One reader, named after its directory in the corpus.
struct Parser: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// Reads an input; returns in words what does not hold of what was read.
    let read: @Sendable (_ input: [UInt8]) -> String?

    init(_ name: String, _ read: @escaping @Sendable ([UInt8]) -> String?) {
        testDescription = name
        self.read = read
    }

    static let all = [
        Parser("netlink", readNetlink), Parser("neighbor-discovery", readNeighborDiscovery),
        Parser("interfaces", readInterfaces), Parser("network", readNetwork), Parser("wish", readWish),
        Parser("kept-uplink", readKeptUplink),
        Parser("memory", readMemory), Parser("address", readAddress), Parser("unit-instance", readUnitInstance),
        Parser("delegation", readDelegation), Parser("ruleset", readRuleset),
        Parser("foreign-chains", readForeignChains), Parser("heard-packet", readHeardPacket),
        Parser("libvirt-network", readLibvirtNetwork), Parser("guest-memory", readGuestMemory),
    ]
}

/// A slice that does not start at 0, as one out of a larger buffer.
private func slice(_ input: [UInt8]) -> ArraySlice<UInt8> { ([0xee] + input).dropFirst() }

private let readNetlink: @Sendable ([UInt8]) -> String? = { input in
    let bytes = slice(input)
    _ = try? Link.parse(bytes)
    _ = try? Address.parse(bytes)
    _ = try? NetworkConfiguration.parse(bytes)
    _ = try? Neighbor.parse(bytes)
    _ = (try? UnreachableRoute.parse(bytes)).map { DelegatedPrefix($0) }
    var heard = ((try? Route.parse(bytes)) ?? []).map { Notification.routeAdded($0, replacing: false, port: 0) }
    if let messages = try? Message.parse(bytes) {
        guard messages.allSatisfy({ $0.payload.count <= input.count - 16 }) else { return "a message grew" }
        heard += messages.flatMap { (try? Notification.parse($0)) ?? [] }
    }
    for case .routeAdded(let route, _, _) in heard {
        var keeper = Programs(interface: route.interface)
        keeper.tell(.routeAdded(route, replacing: false))
        keeper.tell(.routeRemoved(route, by: .kernel))
        keeper.rest()
    }
    return nil
}

private let readNeighborDiscovery: @Sendable ([UInt8]) -> String? = { input in
    _ = EchoRequest(to: IPv6Address("fe80::1")!, identifier: 1).answer(in: slice(input), from: IPv6Address("fe80::1")!)
    var message = ReceivedMessage(bytes: slice(input))
    message.source = IPv6Address("fe80::1")!
    message.hopLimit = 255
    message.interface = InterfaceIndex(rawValue: 7)
    switch message.judged(on: InterfaceIndex(rawValue: 7)) {
    case .advertisement(let advertisement, let router):
        var keeper = Programs(interface: nil)
        keeper.tell(
            .advertisement(
                from: router, lifetime: advertisement.routerLifetime,
                preference: advertisement.preference.netlinkValue))
        keeper.rest()
        return advertisement.prefixes.count <= input.count / 32 ? nil : "more prefixes than bytes for them"
    case .neighbor(let neighbor, _): return neighbor.target.isMulticast ? "a multicast target" : nil
    case .refused, .none: return nil
    }
}

/// The sourced files are parts of the input: its first half, its second, its first again, and then no more.
private final class SourcedFiles {
    private let input: [UInt8]
    private var read = 0
    init(_ input: [UInt8]) { self.input = input }

    func next() throws(FileTrouble) -> [UInt8] {
        read += 1
        if read == 1 { return input }
        guard read < 5 else { throw read % 2 == 0 ? .missing : .other("Permission denied") }
        return Array(read % 2 == 0 ? input.prefix(input.count / 2) : input.suffix(input.count / 2))
    }
}

private let readInterfaces: @Sendable ([UInt8]) -> String? = { input in
    let lines = input.count { $0 == UInt8(ascii: "\n") } + 1
    for program in [InterfacesProgram.ifupdown, .oldIfupdownNG, .ifupdownNG, .ifupdown2] {
        let files = SourcedFiles(input)
        let reader = FileReader(
            read: { (_: String, _: Int) throws(FileTrouble) -> [UInt8] in try files.next() },
            expand: { (pattern: String) throws(FileTrouble) -> [String] in [pattern, pattern + "x"] },
            list: { (_: String) throws(FileTrouble) -> [String] in ["b", "a", "a.b", ""] })
        let tree = InterfacesTree(reading: "/n/interfaces", with: reader, for: program)
        let findings = InterfacesCheck(tree) { $0.description.utf8.count % 2 == 0 }.findings()
        guard findings.allSatisfy({ (0...lines).contains($0.line) }) else { return "a finding behind the last line" }
        for stanza in tree.stanzas {
            _ = stanza.wish(for: InterfaceName("eth0")!)
            let handed = stanza.wishOptions
            guard !program.joinsRepeatedOptions else { continue }
            let whole = stanza.completed(handed.filter { $0.key?.isList == false })
            guard whole != nil else { return "a stanza that is not the one that it is" }
        }
    }
    return nil
}

/// Two files and two drop-ins, one of each hidden: the input, its second half, its first half, and the input again.
private let readNetwork: @Sendable ([UInt8]) -> String? = { input in
    let files = SourcedFiles(input)
    let reader = FileReader(
        read: { (_: String, _: Int) throws(FileTrouble) -> [UInt8] in try files.next() },
        expand: { (_: String) throws(FileTrouble) -> [String] in [] },
        list: { (path: String) throws(FileTrouble) -> [String] in
            if path.hasSuffix(".d") { return ["1.conf"] }
            return path.hasPrefix("/usr/local") ? [] : ["a.network", "b.network", "a.network.d"]
        })
    let tree = NetworkTree(with: reader)
    let findings = NetworkCheck(tree) { $0.description.utf8.count % 2 == 0 }.findings()
    let lines = input.count { [0, 0x0a, 0x0d].contains($0) } + 1
    guard findings.allSatisfy({ (0...lines).contains($0.line) }) else { return "a finding behind the last line" }
    var link = KnownLink(InterfaceName("eth0")!)
    link.hardwareAddress = HardwareAddress("2:0:0:0:0:a")
    _ = tree.applied(to: link)
    for file in tree.files {
        let match = NetworkMatch(file)
        guard !match.isEmpty || match.outcome(for: link) == .differs else { return "an empty match matches" }
        guard let stated = file.wish(for: link.name) else { continue }
        guard file.isKept else { return "a wish without a section" }
        let kept = KeptUplink(wish: stated.wish, foundAcceptRA: nil)
        guard (try? KeptUplink(text: kept.text)) == kept else { return "it is not read back as it was written" }
    }
    let networks = NetworkTree(readingFile: "/n/a.network", with: reader)
    let interfaces = InterfacesTree(reading: "/n/interfaces", with: reader)
    _ = SharedLinkCheck(interfaces, networks).findings()
    return nil
}

/// One option a line, with `|` for the line ends that ifupdown puts between values.
private let readWish: @Sendable ([UInt8]) -> String? = { input in
    let options = String(decoding: input, as: UTF8.self).split(separator: "\n").map { line in
        let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count == 2 ? String(parts[1].map { $0 == "|" ? "\n" : $0 }) : ""
        return WishOption(name: String(parts[0]), value: value)
    }
    _ = Wish.isWanted(options)
    var wish = Wish(uplink: InterfaceName("eth0")!)
    let complaints = wish.apply(options)
    guard complaints.count <= options.count else { return "more complaints than options" }
    for option in options where option.name == "address" {
        _ = try? Stanza.staticAddress(option.value, netmask: options.last { $0.name == "netmask" }?.value)
    }
    let kept = KeptUplink(wish: wish)
    return (try? KeptUplink(text: kept.text)) == kept ? nil : "it is not read back as it was written: \(kept.text)"
}

private let readKeptUplink: @Sendable ([UInt8]) -> String? = { input in
    guard let kept = try? KeptUplink(text: String(decoding: input, as: UTF8.self)) else { return nil }
    guard (try? KeptUplink(text: kept.text)) == kept else { return "it is not read back as it was written" }
    var keeper = Programs(interface: nil, wish: kept.wish)
    keeper.rest()
    return keeper.show(foundAcceptRA: kept.foundAcceptRA)
}

private let readMemory: @Sendable ([UInt8]) -> String? = { input in
    guard let memory = try? GuardMemory(text: String(decoding: input, as: UTF8.self)) else { return nil }
    guard (try? GuardMemory(text: memory.text)) == memory else { return "it is not read back as it was written" }
    guard memory.routers.count <= Wish.routerLimit else { return "too many routers" }
    var keeper = Programs(interface: nil, memory: memory)
    if let trouble = keeper.show(foundAcceptRA: 1) { return trouble }
    keeper.rest()
    return nil
}

/// Stored files, and what dhcpcd and its script say, line by line.
private let readDelegation: @Sendable ([UInt8]) -> String? = { input in
    let text = String(decoding: input, as: UTF8.self)
    if let memory = try? DelegationMemory(text: text), (try? DelegationMemory(text: memory.text)) != memory {
        return "prefixes are not read back as they were written"
    }
    if let identity = try? DelegationIdentity(text: text), (try? DelegationIdentity(text: identity.text)) != identity {
        return "an identity is not read back as it was written"
    }
    guard let delegation = try? DelegationRequest("00:02:00:00:ab:11:f0") else { return "no delegation" }
    var client = DelegationClient(
        delegation, of: InterfaceName("eth0")!, remembered: DelegationMemory(), at: Instant(microseconds: 0))
    for (second, line) in text.split(separator: "\n").map(String.init).enumerated() {
        let now = Instant(microseconds: Int64(second) * 1_000_000)
        if let duid = try? DUID(line), (try? DUID(duid.description)) != duid { return "\(duid) is not read back" }
        if let report = DhcpcdReport(line: line) { _ = client.handle(.report(report), at: now) }
        _ = client.handle(.said(line), at: now)
        _ = client.handle(.timer, at: now)
        guard client.prefixes.allSatisfy({ $0.isValid(at: now) }) else { return "a prefix outlived itself" }
        let memory = DelegationMemory(client.prefixes)
        guard (try? DelegationMemory(text: memory.text)) == memory else { return "what is kept is not read back" }
    }
    return nil
}

private let readAddress: @Sendable ([UInt8]) -> String? = { input in
    let text = String(decoding: input, as: UTF8.self)
    if let address = InterfaceAddress(text), InterfaceAddress(address.description) != address {
        return "\(address) is not read back"
    }
    let address = IPv6Address(text)
    if let address, IPv6Address(address.description) != address { return "\(address) is not read back" }
    guard !text.utf8.contains(0) else { return nil }
    var bytes = [UInt8](repeating: 0, count: 16)
    let isAddress = inet_pton(AF_INET6, text, &bytes) == 1
    return address == (isAddress ? IPv6Address(bytes: bytes) : nil) ? nil : "inet_pton(3) reads it otherwise"
}

private let readUnitInstance: @Sendable ([UInt8]) -> String? = { input in
    let text = String(decoding: input, as: UTF8.self)
    guard UnitInstance.text(UnitInstance(text).escaped) == text else { return "it is not read back" }
    guard let unescaped = UnitInstance.text(text) else { return nil }
    return UnitInstance.text(UnitInstance(unescaped).escaped) == unescaped ? nil : "what it means is not read back"
}
