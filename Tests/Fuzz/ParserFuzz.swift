// Random and mutated input for every parser. Each must return or throw; a trap ends the run.
import Foundation
import Internet
import Keep6
import NeighborDiscovery
import Netlink
import Testing

/// A way into keep6 for bytes that somebody else wrote, with a good input to start from.
private struct Parser: Sendable {
    let name: String
    let seed: [UInt8]
    let parse: @Sendable ([UInt8]) -> Void
}

private let uplink = InterfaceName("eth0")!

private let wish = KeptUplink(wish: Wish(uplink: uplink), foundAcceptRA: 1).text

private let memory = """
    keep6-memory 1
    losses 3
    router fe80::1 3059768199 60000000 0 1024 - 64
    last-loss 2995951424 139 forwarding was turned on
    end

    """

private let interfaces = """
    source /etc/network/interfaces.d/*
    auto lo eth0
    iface eth0 inet6 static
        address 2001:db8:1::10/64
        keep6 yes
        keep6-address 2001:db8:1::11/64
        keep6-start libvirtd.service \\
            docker.service
    mapping eth1
        script /bin/true

    """

/// A default route learnt by router advertisement, as rtnetlink tells it.
private let notification: [UInt8] = [
    116, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 254, 9, 0, 1, 0, 0, 0, 0, 8, 0, 15, 0, 254, 0, 0, 0,
    8, 0, 6, 0, 0, 4, 0, 0, 20, 0, 5, 0, 254, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 254, 0, 0, 1, 8, 0, 4, 0, 2, 0, 0, 0,
    36, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 191, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 20, 0, 1,
    0,
    0, 0,
]

/// A router advertisement with a lifetime of 1800 s and a prefix.
private let advertisement: [UInt8] =
    [134, 0, 0, 0, 64, 0, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 3, 4, 64, 192, 0, 1, 81, 128, 0, 0, 56, 64, 0, 0, 0, 0]
    + [32, 1, 13, 184, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 0, 0, 0, 0, 1]

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Sendable private func readMessages(_ bytes: [UInt8]) {
    for message in (try? Message.parse(bytes[...])) ?? [] {
        _ = try? Route.parse(message.payload)
        _ = try? Address.parse(message.payload)
        _ = try? Link.parse(message.payload)
        _ = try? Neighbor.parse(message.payload)
        _ = try? NetworkConfiguration.parse(message.payload)
    }
}

@Sendable private func checkInterfaces(_ bytes: [UInt8]) {
    let reader = FileReader(
        read: { path, limit throws(FileTrouble) in
            guard path == "/interfaces" else { throw .missing }
            return Array(bytes.prefix(limit))
        },
        expand: { pattern throws(FileTrouble) in [pattern] }, list: { _ throws(FileTrouble) in throw .missing })
    let tree = InterfacesTree(reading: "/interfaces", with: reader)
    _ = InterfacesCheck(tree, unitExists: { _ in nil }).findings()
}

@Sendable private func takeOptions(_ bytes: [UInt8]) {
    var wish = Wish(uplink: uplink)
    let names = ["keep6-address", "keep6-accept-ra", "keep6-default-route", "keep6-start", "keep6-wait"]
    _ = wish.take(names.map { WishOption(name: $0, value: text(bytes)) })
}

private let parsers = [
    Parser(name: "netlink messages", seed: notification, parse: readMessages),
    Parser(name: "router advertisements", seed: advertisement) { _ = try? RouterAdvertisement.parse($0[...]) },
    Parser(name: "neighbour advertisements", seed: advertisement) { _ = try? NeighborAdvertisement.parse($0[...]) },
    Parser(name: "interfaces files", seed: Array(interfaces.utf8), parse: checkInterfaces),
    Parser(name: "options", seed: Array("2001:db8::1/64 fe80::1 libvirtd.service 30".utf8), parse: takeOptions),
    Parser(name: "wishes", seed: Array(wish.utf8)) { _ = try? KeptUplink(text: text($0)) },
    Parser(name: "memories", seed: Array(memory.utf8)) { _ = try? Memory(text: text($0)) },
    Parser(name: "addresses", seed: Array("2001:db8::192.0.2.1/64".utf8)) {
        _ = InterfaceAddress(text($0))?.description
        _ = InterfaceName(text($0))
    },
]

/// A random source that can be started again where it was (xorshift, G. Marsaglia 2003).
private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

@Suite struct Fuzz {
    /// A run that trapped is repeated by the seed it printed, in KEEP6_FUZZ_SEED, and at least as many seconds.
    @Test func everyParserReturnsOrThrows() {
        let environment = ProcessInfo.processInfo.environment
        let seconds = Double(environment["KEEP6_FUZZ_SECONDS"] ?? "") ?? 2
        let seed = UInt64(environment["KEEP6_FUZZ_SEED"] ?? "") ?? .random(in: 1...UInt64.max)
        Self.say("seed \(seed)")
        for parser in parsers {
            var random = Generator(state: seed | 1)
            let end = Date().addingTimeInterval(seconds / Double(parsers.count))
            var count = 0
            while Date() < end {
                for _ in 0..<50 { parser.parse(mutated(parser.seed, &random)) }
                count += 50
            }
            Self.say("\(parser.name): \(count) inputs")
        }
    }

    /// Says it at once: what stands in a buffer is lost when a parser traps.
    private static func say(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

    private func mutated(_ seed: [UInt8], _ random: inout Generator) -> [UInt8] {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let position = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.insert(.random(in: 0...255, using: &random), at: position)
            case 1: if position < bytes.count { bytes.remove(at: position) }
            case 2: bytes = Array(bytes[..<position])
            case 3: bytes.insert(contentsOf: bytes[position...].prefix(16), at: position)
            default: if position < bytes.count { bytes[position] = .random(in: 0...255, using: &random) }
            }
        }
        return bytes
    }
}
