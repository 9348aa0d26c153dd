// The change that turns a table's own rules into the wanted ones and leaves foreign chains alone.

/// One table's part of the input of `ip6tables-restore --noflush --counters`: one transaction.
///
/// It is the smallest change, not a new table. A new table would need foreign rules in the input. That would undo
/// whatever libvirt did since keep6 read them. It would also reset their counters: the nft back end of iptables 1.8.9
/// ignores rule counters in its input, and the legacy back end would lose what it counted in between. So the input
/// never has foreign rules, and neither back end touches a rule that the input does not name: nft adds and deletes
/// single rules, and legacy replaces the table but tells the kernel which old rule each counter came from.
///
/// It deletes rules by their text, never by their number, and does not flush chains with foreign jumps: if libvirt
/// inserted a jump at the start of a chain between the read and the restore, numbers would be off by one, and a flush
/// would remove the jump. A foreign rule never equals an own rule, so a deletion cannot hit it. Numbers only say where
/// a new rule goes among foreign jumps; the usual place, after all of them, is an append and needs no number.
package struct TableChange: Equatable, Sendable {
    package let table: String
    package fileprivate(set) var added = 0
    package fileprivate(set) var removed = 0
    /// The lines, from `*TABLE` to `COMMIT`.
    package fileprivate(set) var text: [UInt8] = []

    fileprivate init(_ table: String) { self.table = table }
}

extension Ruleset {
    /// The changes that turn the own part of this ruleset into the wanted one, in the order of the tables; none for a
    /// table that already matches.
    ///
    /// The wanted ruleset is complete: a table that it lacks must have no own rules, chains or policies.
    package func changes(to wanted: Ruleset, by ownership: Ownership) -> [TableChange] {
        let bridges = DockerBridges(in: self, ownership)
        return paired(with: wanted.own(by: ownership)).compactMap { current, wanted in
            TableMerge(current: current, wanted: wanted, ownership, bridges).merged()
        }
    }
}

/// The lines of a change, by kind, because their order matters.
private struct TableMerge {
    private let current: Table
    private let wanted: Table
    private let foreign: ForeignChains
    private let isDockers: Bool
    private var change: TableChange
    private var declarations: [UInt8] = []
    private var deletions: [UInt8] = []
    private var additions: [UInt8] = []
    private var removals: [UInt8] = []

    init(current: Table, wanted: Table, _ ownership: Ownership, _ bridges: DockerBridges) {
        self.current = current
        self.wanted = wanted
        foreign = ForeignChains(in: current, ownership, bridges)
        isDockers = !bridges.isEmpty
        change = TableChange(wanted.name)
    }

    func merged() -> TableChange? {
        var merge = self
        let existing = Dictionary(current.chains.map { ($0.name, $0) }) { first, _ in first }
        let kept = Set(wanted.chains.map(\.name))
        let needed = merge.chainsOthersNeed()
        for chain in wanted.chains { merge.bring(existing[chain.name], to: chain) }
        for chain in current.chains where !kept.contains(chain.name) && !foreign.contains(chain) {
            if chain.isBuiltIn || needed.contains(chain.name) {
                var empty = Chain(chain.name, policy: chain.isBuiltIn ? "ACCEPT" : nil)
                empty.rules = isDockers && !chain.isBuiltIn ? chain.rules.suffix(1).filter(\.isBareReturn) : []
                merge.bring(chain, to: empty)
            } else {
                merge.remove(chain)
            }
        }
        return merge.finish()
    }

    /// The chains that contain a foreign jump, or that a foreign rule jumps to: they stay, without own rules.
    private func chainsOthersNeed() -> Set<String> {
        var needed: Set<String> = []
        for chain in current.chains {
            if foreign.contains(chain) {
                needed.formUnion(chain.rules.compactMap(\.target))
            } else {
                let jumps = chain.rules.filter(foreign.isForeign)
                needed.formUnion(jumps.compactMap(\.target))
                if !jumps.isEmpty { needed.insert(chain.name) }
            }
        }
        return needed
    }

    private mutating func remove(_ chain: Chain) {
        change.removed += chain.rules.count
        deletions += "-F \(chain.name)\n".utf8
        removals += "-X \(chain.name)\n".utf8
    }

    private mutating func bring(_ found: Chain?, to chain: Chain) {
        if let policy = chain.policy {
            if policy != found?.policy ?? "ACCEPT", !isClosedByDocker(chain, found) {
                declarations += "-P \(chain.name) \(policy)\n".utf8
            }
        } else if found == nil {
            declarations += ":\(chain.name) - [0:0]\n".utf8
        }
        let rules = chain.rules.filter { !foreign.isForeign($0) }
        let plan = ChainPlan(found?.rules ?? [], wanted: rules, isForeign: foreign.isForeign)
        change.removed += plan.deleted.count
        let delete = Array("-D \(chain.name)".utf8)
        for rule in plan.deleted { rule.write(delete, to: &deletions, withCounters: false) }
        let append = Array("-A \(chain.name)".utf8)
        for (place, entry) in plan.entries.enumerated() {
            guard case .new(let rule) = entry else { continue }
            change.added += 1
            let isLast = place > plan.lastThere
            rule.write(isLast ? append : Array("-I \(chain.name) \(place + 1)".utf8), to: &additions)
        }
    }

    /// Whether Docker set the policy DROP for forwarded packets, as it does when it turns forwarding on: its containers
    /// rely on that.
    private func isClosedByDocker(_ wanted: Chain, _ found: Chain?) -> Bool {
        isDockers && current.name == "filter" && wanted.name == "FORWARD" && found?.policy == "DROP"
    }

    private mutating func finish() -> TableChange? {
        let lines = declarations + deletions + additions + removals
        guard !lines.isEmpty else { return nil }
        change.text = Array("*\(change.table)\n".utf8) + lines + Array("COMMIT\n".utf8)
        return change
    }
}

/// The plan for one chain: which rules stay, and where the new rules go.
private struct ChainPlan {
    enum Entry {
        case there
        case new(Rule)
    }

    private(set) var deleted: [Rule] = []
    /// The chain's rules after the deletions and additions.
    private(set) var entries: [Entry] = []
    /// The place of the last rule that stays; -1 if none does.
    private(set) var lastThere = -1

    /// New rules go where deleted ones were, or else before the next rule that stays, or else at the end. Other
    /// programs insert their jumps at the start of a chain, so a chain that has nothing else gets own rules after the
    /// jumps.
    init(_ found: [Rule], wanted: [Rule], isForeign: (Rule) -> Bool) {
        let isOthers = found.map(isForeign)
        let own = found.indices.filter { !isOthers[$0] }
        let staying = ChainPlan.staying(own.map { found[$0] }, wanted)
        var taken = 0
        var pair = 0
        var gap: [(rule: Rule, isOthers: Bool)] = []
        var ownSeen = 0
        for place in found.indices {
            let isStaying = !isOthers[place] && pair < staying.count && staying[pair].old == ownSeen
            if !isOthers[place] { ownSeen += 1 }
            guard isStaying else {
                gap.append((found[place], isOthers[place]))
                continue
            }
            fill(gap, with: wanted[taken..<staying[pair].new])
            gap = []
            entries.append(.there)
            taken = staying[pair].new + 1
            pair += 1
        }
        fill(gap, with: wanted[taken...])
        lastThere = entries.lastIndex { if case .there = $0 { true } else { false } } ?? -1
    }

    private mutating func fill(_ gap: [(rule: Rule, isOthers: Bool)], with new: ArraySlice<Rule>) {
        let place = gap.lastIndex { !$0.isOthers } ?? gap.endIndex
        for index in gap.indices {
            if gap[index].isOthers { entries.append(.there) } else { deleted.append(gap[index].rule) }
            if index == place { entries += new.map { .new($0) } }
        }
        if place == gap.endIndex { entries += new.map { .new($0) } }
    }

    /// The pairs of an alignment, without rules that occur several times and do not all stay. A deletion removes the
    /// first occurrence, which might be one that should stay. So all occurrences go, and the wanted ones come again.
    private static func staying(_ own: [Rule], _ wanted: [Rule]) -> [(old: Int, new: Int)] {
        let pairs = Alignment(own, wanted).pairs
        guard pairs.count < own.count else { return pairs }
        let paired = Set(pairs.map(\.old))
        let going = Set(own.indices.filter { !paired.contains($0) }.map { own[$0].specification })
        return pairs.filter { !going.contains(own[$0.old].specification) }
    }
}
