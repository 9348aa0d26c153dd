// Who owns a chain: the administrator, or another program that makes, fills and removes it.
import Internet

/// The chains of other programs, by patterns of their names.
package struct Ownership: Equatable, Sendable {
    /// A pattern of chain names (fnmatch(3)), and whether another program owns the chains.
    private struct Pattern: Equatable, Sendable {
        let glob: String
        let isForeign: Bool
    }

    private var patterns: [Pattern]
    /// Chains that another program makes and jumps to, and that the administrator fills: Docker's documentation sends
    /// administrators' rules there ("Docker and iptables").
    private static let filledByAdministrators = ["DOCKER-USER"]

    /// Starts with the chains of programs in Debian and of other common programs.
    package init() {
        let programs = [
            "KEEP6_*",  // keep6 itself, for guests of a delegated prefix
            "LIBVIRT_*",  // libvirt's networks, src/network/network_iptables.c
            "libvirt-in*", "libvirt-out*", "libvirt-host-in*", "F[IOJP]-vnet*", "H[IJ]-vnet*",  // and its filters
            "DOCKER", "DOCKER-*", "CNI-*", "NETAVARK*", "KUBE-*", "FLANNEL-*", "cali-*", "CILIUM_*", "neutron-*",
            "f2b-*", "fail2ban-*", "sshguard", "crowdsec*", "ts-*", "ufw-*", "ufw6-*", "MINIUPNPD*", "PVEFW-*",
            "*_ZONES", "*_ZONES_SOURCE", "*_direct", "FWDI_*", "FWDO_*",  // firewalld, its iptables back end
        ]
        let zones = ["public", "external", "dmz", "work", "home", "internal", "trusted", "drop", "block", "libvirt"]
        let zoneChains = ["IN", "FWD", "PRE", "POST"].flatMap { chain in
            zones.flatMap { ["\(chain)_\($0)", "\(chain)_\($0)_*"] }
        }
        patterns = (programs + zoneChains).map { Pattern(glob: $0, isForeign: true) }
        patterns += Self.filledByAdministrators.map { Pattern(glob: $0, isForeign: false) }
    }

    /// Whether another program owns a chain of this name; the last pattern that matches counts.
    ///
    /// Do not ask for the table's built-in chains, which belong to everyone.
    package func isForeign(_ chain: String) -> Bool {
        patterns.last { fits(chain, pattern: $0.glob) }?.isForeign ?? false
    }

    /// Whether a jump to a chain of this name belongs to another program.
    func isForeignEntrance(_ chain: String) -> Bool {
        isForeign(chain) || Self.filledByAdministrators.contains(chain)
    }

    /// The most patterns that an administrator's file may have.
    package static let limit = 1000

    /// Adds an administrator's patterns, one per line: `GLOB` for foreign chains, `!GLOB` for the administrator's own;
    /// `#` starts a comment. Returns what is wrong, with the line number; a wrong line has no effect.
    package mutating func parse(_ text: String) -> [MalformedRuleset] {
        var complaints: [MalformedRuleset] = []
        var taken = 0
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "\r" }
            guard let word = words.first else { continue }
            let isForeign = !word.hasPrefix("!")
            let glob = isForeign ? word : word.dropFirst()
            if words.count > 1 {
                complaints.append(
                    MalformedRuleset(line: index + 1, "write one pattern per line; keep6 ignores this one"))
            } else if glob.isEmpty || glob.utf8.count > 64 {
                complaints.append(
                    MalformedRuleset(line: index + 1, "not a pattern of chain names; keep6 ignores this line"))
            } else if taken == Ownership.limit {
                complaints.append(
                    MalformedRuleset(line: index + 1, "more than \(Ownership.limit) patterns; keep6 ignores the rest"))
                return complaints
            } else {
                taken += 1
                patterns.append(Pattern(glob: String(glob), isForeign: isForeign))
            }
        }
        return complaints
    }
}

/// Which chains and rules of one table are foreign.
struct ForeignChains {
    private let names: Set<String>
    private let entrances: Set<String>
    private let bridges: DockerBridges

    init(in table: Table, _ ownership: Ownership, _ bridges: DockerBridges) {
        self.bridges = bridges
        let made = table.chains.filter { !$0.isBuiltIn }.map(\.name)
        names = Set(made.filter(ownership.isForeign))
        entrances = Set(made.filter(ownership.isForeignEntrance))
    }

    func contains(_ chain: Chain) -> Bool { names.contains(chain.name) }

    /// Whether a rule, in any chain, only jumps to a foreign chain, or is Docker's for one of its bridges.
    func isForeign(_ rule: Rule) -> Bool { isJump(rule) || bridges.made(rule) }

    private func isJump(_ rule: Rule) -> Bool {
        guard !entrances.isEmpty, !rule.endsInVerdict, let target = rule.target else { return false }
        return entrances.contains(target)
    }
}

extension Ruleset {
    /// The administrator's part: without foreign chains, jumps to them, Docker's rules for its bridges, comments, and
    /// tables that are then empty.
    package func own(by ownership: Ownership) -> Ruleset {
        var own = Ruleset()
        let bridges = DockerBridges(in: self, ownership)
        for table in tables {
            let foreign = ForeignChains(in: table, ownership, bridges)
            var kept = Table(table.name)
            for chain in table.chains where !foreign.contains(chain) {
                var chain = chain
                chain.rules.removeAll(where: foreign.isForeign)
                kept.chains.append(chain)
            }
            if !kept.isUntouched { own.tables.append(kept) }
        }
        return own
    }

    /// The same ruleset with all chain counters at zero and without rule counters, so that equal rulesets have equal
    /// texts.
    var withoutCounters: Ruleset {
        var ruleset = self
        for table in ruleset.tables.indices {
            for chain in ruleset.tables[table].chains.indices {
                ruleset.tables[table].chains[chain].counters = Counters()
                for rule in ruleset.tables[table].chains[chain].rules.indices {
                    ruleset.tables[table].chains[chain].rules[rule].counters = nil
                }
            }
        }
        return ruleset
    }
}

extension Rule {
    /// Whether the rule ends in its target, which then needs no parsing; most rules of a large ruleset do.
    fileprivate var endsInVerdict: Bool { Rule.verdicts.contains { specification.suffix($0.count).elementsEqual($0) } }

    private static let verdicts = [" -j ACCEPT", " -j DROP", " -j RETURN"].map { Array($0.utf8) }
}

extension Table {
    /// Whether the table is as the kernel creates it: no rules, no added chains, no DROP policy.
    var isUntouched: Bool { chains.allSatisfy { $0.policy == "ACCEPT" && $0.rules.isEmpty } }
}
