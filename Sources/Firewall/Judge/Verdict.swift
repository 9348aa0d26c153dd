// What a ruleset does with a packet: it lets the packet pass, drops it, or the answer is unknown.
import Internet

/// Where a packet goes.
package enum Hook: Hashable, Sendable {
    case input
    /// Through the host, out by this bridge to an address in this prefix; nil if unknown.
    case forward(outBy: InterfaceName?, to: InterfaceAddress?)

    /// The chains that the packet passes, each with its table, in the kernel's order (iptables(8); `nat` drops
    /// nothing).
    var chains: [(table: String, chain: String)] {
        let before = [("raw", "PREROUTING"), ("mangle", "PREROUTING")]
        return switch self {
        case .input: before + [("mangle", "INPUT"), ("filter", "INPUT"), ("security", "INPUT")]
        case .forward:
            before + [
                ("mangle", "FORWARD"), ("filter", "FORWARD"), ("security", "FORWARD"), ("mangle", "POSTROUTING"),
            ]
        }
    }
}

/// What happens to a message; it passes or is dropped only if that is certain.
package enum Verdict: Equatable, Sendable {
    case passes
    /// In this table and built-in chain, by the policy or by a rule, in words; the command changes that table.
    case dropped(command: String, table: String, chain: String, by: String)
    case cannotTell

    /// The worst of several; without any, the message passes.
    static func worst(of fates: [Verdict]) -> Verdict {
        let drop = fates.first { if case .dropped = $0 { true } else { false } }
        return drop ?? (fates.contains(.cannotTell) ? .cannotTell : .passes)
    }
}

/// The rules of one of the kernel's back ends, nft or legacy, and the command that changes only these.
package struct BackEnd: Sendable {
    package let command: String
    package let ruleset: Ruleset

    package init(_ command: String, _ ruleset: Ruleset) {
        self.command = command
        self.ruleset = ruleset
    }

    /// What happens to a message that arrives on an interface: the worst case of several codes.
    package func fate(of message: ICMPv6Message, from incoming: InterfaceName, _ way: Hook) -> Verdict {
        let fates = message.codes.flatMap { code in
            let packet = HypotheticalPacket(
                message: message, code: code, incoming: incoming, way: way, isTracked: isEverythingTracked)
            return way.chains.compactMap { place in
                ruleset.table(place.table).map { table in
                    PacketWalk(packet, through: table, of: command).fate(in: place.chain)
                }
            }
        }
        return .worst(of: fates)
    }

    private var isEverythingTracked: Bool {
        let rules = ruleset.table("raw")?.chains.flatMap(\.rules) ?? []
        return !rules.contains { ["NOTRACK", "CT"].contains($0.target) }
    }
}

/// The possible outcomes of a rule or a chain.
private struct Outcomes: OptionSet {
    let rawValue: UInt8
    static let accept = Outcomes(rawValue: 1)
    static let drop = Outcomes(rawValue: 2)
    /// The next rule follows.
    static let next = Outcomes(rawValue: 4)
    /// The calling chain continues.
    static let back = Outcomes(rawValue: 8)
}

/// A packet on its way through one table.
private struct PacketWalk {
    private let packet: HypotheticalPacket
    private let command: String
    private let table: Table
    private let chains: [String: Chain]
    /// The outcomes of the chains walked so far.
    private var known: [String: Outcomes] = [:]
    /// The first rule that may drop the packet.
    private var culprit: String?

    init(_ packet: HypotheticalPacket, through table: Table, of command: String) {
        self.packet = packet
        self.command = command
        self.table = table
        chains = Dictionary(table.chains.map { ($0.name, $0) }) { first, _ in first }
    }

    /// What happens to the packet in a built-in chain of the table.
    consuming func fate(in name: String) -> Verdict {
        guard let chain = chains[name] else { return .passes }
        var possible = walk(chain, depth: 0)
        let meetsPolicy = possible.contains(.back)
        if meetsPolicy {
            possible.subtract(.back)
            possible.insert(chain.policy == "DROP" ? .drop : .accept)
        }
        guard possible.contains(.drop) else { return .passes }
        guard possible == .drop else { return .cannotTell }
        return .dropped(
            command: command, table: table.name, chain: name, by: meetsPolicy ? "the policy DROP" : culprit ?? "a rule")
    }

    /// The kernel refuses loops of jumps; a file may have them.
    private static let depthLimit = 64

    private mutating func walk(_ chain: Chain, depth: Int) -> Outcomes {
        if let outcomes = known[chain.name] { return outcomes }
        guard depth < PacketWalk.depthLimit else { return [.accept, .drop, .back] }
        var possible: Outcomes = []
        for rule in chain.rules {
            let (match, target, isGoto) = packet.reading(of: rule)
            guard match != .no, let target else { continue }
            let outcomes = outcomes(of: target, isGoto: isGoto, depth)
            if outcomes.contains(.drop), culprit == nil {
                culprit = "'-A \(chain.name) \(printable(rule.specification.prefix(100)))'"
            }
            possible.formUnion(outcomes.subtracting(.next))
            if match == .yes, !outcomes.contains(.next) {
                known[chain.name] = possible
                return possible
            }
        }
        possible.insert(.back)
        known[chain.name] = possible
        return possible
    }

    private mutating func outcomes(of target: String, isGoto: Bool, _ depth: Int) -> Outcomes {
        switch target {
        case "ACCEPT": return .accept
        case "DROP", "REJECT": return .drop
        case "RETURN": return .back
        case _ where PacketWalk.passing.contains(target): return .next
        default: break
        }
        // A program decides, or an unknown extension.
        guard let chain = chains[target] else { return [.accept, .drop, .next] }
        var outcomes = walk(chain, depth: depth + 1)
        if !isGoto, outcomes.contains(.back) {
            outcomes.subtract(.back)
            outcomes.insert(.next)
        }
        return outcomes
    }

    /// The extensions that change or record a packet and pass it to the next rule (iptables-extensions(8)).
    private static let passing: Set<String> = [
        "LOG", "NFLOG", "AUDIT", "TRACE", "MARK", "CONNMARK", "SECMARK", "CONNSECMARK", "CLASSIFY", "CT", "NOTRACK",
        "DSCP", "TOS", "HL", "TCPMSS", "TCPOPTSTRIP", "CHECKSUM", "SET", "IDLETIMER", "LED", "RATEEST", "TEE", "HMARK",
    ]
}
