// A packet that has not arrived yet, and how far the rules of ip6tables can be judged for it.
import Internet

/// An ICMPv6 message on its way to the host or through it; nil means unknown.
struct HypotheticalPacket {
    let message: ICMPv6Message
    let code: UInt8
    /// The interface that it arrives on.
    let incoming: InterfaceName
    let way: Hook
    /// False if some connections are not tracked, because the packet's state is then unknown.
    let isTracked: Bool

    /// Neighbor Discovery uses 255 (RFC 4861); packets from far away have any lower value.
    private var hopLimit: UInt8? { message.isNeighborDiscovery ? 255 : nil }

    /// What a rule does: whether it matches this packet, its target, and whether the packet does not return from there.
    func reading(of rule: Rule) -> (match: Ternary, target: String?, isGoto: Bool) {
        var words = RuleWords(rule.specification)
        var match = Ternary.yes
        var isNegated = false
        while let word = words.next().map({ String(decoding: $0, as: UTF8.self) }) {
            switch word {
            case "!":
                isNegated = true
                continue
            case "-j", "-g":
                return (match, words.next().map { String(decoding: $0, as: UTF8.self) }, word == "-g")
            case _ where HypotheticalPacket.options.contains(word):
                let value = words.next().map { String(decoding: $0, as: UTF8.self) } ?? ""
                let isSo = compare(word, value)
                match = match && (isNegated ? !isSo : isSo)
            // An unknown option, with its values, may or may not match.
            default: match = match && .perhaps
            }
            if match == .no { return (.no, nil, false) }
            isNegated = false
        }
        return (match, nil, false)
    }

    /// As ip6tables-save writes them.
    private static let options: Set<String> = [
        "-p", "-s", "-d", "-i", "-o", "-m", "--icmpv6-type", "--ctstate", "--state", "--hl-eq", "--hl-lt", "--hl-gt",
        "--comment",
    ]

    /// The modules that do nothing without the options above.
    private static let modules: Set<String> = ["icmp6", "conntrack", "state", "hl", "comment"]

    private func compare(_ option: String, _ value: String) -> Ternary {
        switch option {
        case "-p": isProtocol(value)
        case "-s": comes(from: value)
        case "-d": goes(to: value)
        case "-i": isInterface(incoming, value)
        case "-o": goes(outBy: value)
        case "-m": HypotheticalPacket.modules.contains(value) ? .yes : .perhaps
        case "--icmpv6-type": isType(value)
        case "--ctstate", "--state": isState(value)
        case "--comment": .yes
        default: isHopLimit(option, value)
        }
    }

    private func isProtocol(_ value: String) -> Ternary {
        switch value {
        case "ipv6-icmp", "icmpv6", "58", "all", "0": .yes
        case "tcp", "udp", "udplite", "sctp", "dccp", "esp", "ah", "icmp", "gre", "mh", "ipv6-mh", "vrrp": .no
        default: UInt8(value) == nil ? .perhaps : .no
        }
    }

    private func isType(_ value: String) -> Ternary {
        let parts = value.split(separator: "/", omittingEmptySubsequences: false).map { UInt8($0) }
        guard let type = parts[0], parts.count <= 2 else { return .perhaps }
        guard type == message.rawValue else { return .no }
        guard parts.count == 2 else { return .yes }
        return parts[1].map { Ternary($0 == code) } ?? .perhaps
    }

    /// Only one source is known: a router advertises itself from a link-local address (RFC 4861 6.1.2).
    private func comes(from value: String) -> Ternary {
        guard let prefix = InterfaceAddress(value) else { return .perhaps }
        guard prefix.prefixLength > 0 else { return .yes }
        guard message == .routerAdvertisement, let linkLocal = InterfaceAddress("fe80::/10") else { return .perhaps }
        return overlap(of: linkLocal, with: prefix)
    }

    private func goes(to value: String) -> Ternary {
        guard let prefix = InterfaceAddress(value) else { return .perhaps }
        guard prefix.prefixLength > 0 else { return .yes }
        guard case .forward(_, let destination?) = way else { return .perhaps }
        return overlap(of: destination, with: prefix)
    }

    /// Whether an address somewhere in the first prefix is in the second.
    private func overlap(of whole: InterfaceAddress, with part: InterfaceAddress) -> Ternary {
        if part.prefixLength <= whole.prefixLength { return Ternary(part.covers(whole.address)) }
        return whole.covers(part.address) ? .perhaps : .no
    }

    /// A `+` at the end matches any rest.
    private func isInterface(_ name: InterfaceName, _ value: String) -> Ternary {
        guard value.hasSuffix("+") else { return Ternary(name.description == value) }
        return Ternary(name.description.hasPrefix(String(value.dropLast())))
    }

    private func goes(outBy value: String) -> Ternary {
        switch way {
        case .input: .no
        case .forward(let bridge?, _): isInterface(bridge, value)
        case .forward(nil, _): .perhaps
        }
    }

    private func isState(_ value: String) -> Ternary {
        let states = value.split(separator: ",")
        guard message.isNeighborDiscovery || isTracked else { return .perhaps }
        return Ternary(states.contains { $0 == message.state })
    }

    private func isHopLimit(_ option: String, _ value: String) -> Ternary {
        guard let hopLimit, let number = UInt8(value) else { return .perhaps }
        switch option {
        case "--hl-eq": return Ternary(hopLimit == number)
        case "--hl-lt": return Ternary(hopLimit < number)
        default: return Ternary(hopLimit > number)
        }
    }
}
