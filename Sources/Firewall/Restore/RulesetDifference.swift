// The differences between two rulesets, rule by rule, for people.

/// The lines that only one of two rulesets has, in the words of `ip6tables -S`.
package struct RulesetDifference: Equatable, Sendable {
    package struct Line: Equatable, Sendable {
        package enum Side: Sendable {
            case old
            case new
        }

        package let side: Side
        package let table: String
        /// As `ip6tables` accepts it, such as `-A INPUT -j DROP`.
        package let text: String
    }

    package private(set) var lines: [Line] = []

    package init(from old: Ruleset, to new: Ruleset) {
        for (old, new) in old.paired(with: new) { compare(old, new) }
    }

    package var isEmpty: Bool { lines.isEmpty }

    /// Each table under its name, `-` before what only the old ruleset has and `+` before what only the new one has.
    package var screen: String {
        var screen = ""
        var table = ""
        for line in lines {
            if line.table != table { screen += "\(line.table):\n" }
            table = line.table
            screen += "\(line.side == .old ? "-" : "+") \(line.text)\n"
        }
        return screen
    }

    private mutating func compare(_ old: Table, _ new: Table) {
        let oldChains = Dictionary(old.chains.map { ($0.name, $0) }) { first, _ in first }
        let newNames = Set(new.chains.map(\.name))
        for chain in new.chains { compare(oldChains[chain.name], chain, in: old.name) }
        for chain in old.chains where !newNames.contains(chain.name) { compare(chain, nil, in: old.name) }
    }

    /// If one side lacks a chain, the chain is built-in with the policy ACCEPT, or does not exist.
    private mutating func compare(_ old: Chain?, _ new: Chain?, in table: String) {
        guard let name = old?.name ?? new?.name else { return }
        if old?.isBuiltIn ?? false || new?.isBuiltIn ?? false {
            let (before, after) = (old?.policy ?? "ACCEPT", new?.policy ?? "ACCEPT")
            if before != after {
                add(.old, table, "-P \(name) \(before)")
                add(.new, table, "-P \(name) \(after)")
            }
        } else if new == nil {
            add(.old, table, "-N \(name)")
        } else if old == nil {
            add(.new, table, "-N \(name)")
        }
        compare(old?.rules ?? [], new?.rules ?? [], in: table, name)
    }

    private mutating func compare(_ old: [Rule], _ new: [Rule], in table: String, _ chain: String) {
        var (oldPlace, newPlace) = (0, 0)
        for pair in Alignment(old, new).pairs + [(old.count, new.count)] {
            for rule in old[oldPlace..<pair.old] { add(.old, table, shown(rule, chain)) }
            for rule in new[newPlace..<pair.new] { add(.new, table, shown(rule, chain)) }
            oldPlace = pair.old + 1
            newPlace = pair.new + 1
        }
    }

    private func shown(_ rule: Rule, _ chain: String) -> String {
        rule.specification.isEmpty ? "-A \(chain)" : "-A \(chain) \(printable(rule.specification))"
    }

    private mutating func add(_ side: Line.Side, _ table: String, _ text: String) {
        lines.append(Line(side: side, table: table, text: text))
    }
}
