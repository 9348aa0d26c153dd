// What makes a table's own rules the wanted ones, beside others' chains that stay as they are.

/// One table's part of the input of `ip6tables-restore --noflush --counters`: one transaction.
///
/// The smallest change, not the table written anew. Writing it anew would need others' rules in the input: whatever
/// libvirt did since they were read would be undone, and their counters start at 0, for the nft back end of iptables
/// 1.8.9 takes no rule's counters from its input, and the legacy one would lose what was counted in between. So others'
/// rules are never in the input, and neither back end touches a rule that is not named there: nft adds and deletes
/// single rules, legacy replaces the table but tells the kernel which old rule each counter came from.
///
/// Rules are deleted by what they are, never by their number, and chains that others put jumps into are not flushed:
/// if libvirt puts a jump at the head of a chain between the reading and the restore, numbers would be one off, and a
/// flush would take the jump. A rule of others equals none of one's own, so it cannot be met. Numbers only say where a
/// new rule goes among others' jumps; the usual case, behind all of them, is an append and needs none.
public struct TableChange: Equatable, Sendable {
    public let table: String
    public fileprivate(set) var added = 0
    public fileprivate(set) var removed = 0
    /// The lines, from `*TABLE` to `COMMIT`.
    public fileprivate(set) var text: [UInt8] = []

    fileprivate init(_ table: String) { self.table = table }
}

extension Ruleset {
    /// The changes that make the own part of this ruleset the wanted one, in the order of the tables; none for a table
    /// that is so already.
    ///
    /// What is wanted is the whole: a table that it lacks is to have no own rules, chains or policies.
    public func changes(to wanted: Ruleset, by ownership: Ownership) -> [TableChange] {
        let bridges = DockerBridges(in: self, ownership)
        return paired(with: wanted.own(by: ownership)).compactMap { current, wanted in
            TableMerge(current: current, wanted: wanted, ownership, bridges).merged()
        }
    }
}

/// The lines of a change, by kind, since their order counts.
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

    /// The chains that hold a jump of others', or that others jump to: these stay, with nothing of one's own in them.
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

    /// Whether nothing is to be forwarded that no rule lets through, as Docker wants it when it turns forwarding on itself:
    /// its containers rely on that.
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

/// One chain as it is to be: what stays in it, and where the new rules go.
private struct ChainPlan {
    enum Entry {
        case there
        case new(Rule)
    }

    private(set) var deleted: [Rule] = []
    /// The chain's rules once the deleted ones are gone and the new ones are in.
    private(set) var entries: [Entry] = []
    /// The place of the last rule that is there already; -1 if none is.
    private(set) var lastThere = -1

    /// New rules go where deleted ones were, or else before the next rule that stays, or behind everything: others put
    /// their jumps at the head of a chain, and a chain that holds nothing else gets one's own rules behind them.
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

    /// The pairs of an alignment, without those of a rule that is there several times and does not stay each time: a
    /// deletion takes the first, which may be one that was to stay, so all go, and the wanted ones come anew.
    private static func staying(_ own: [Rule], _ wanted: [Rule]) -> [(old: Int, new: Int)] {
        let pairs = Alignment(own, wanted).pairs
        guard pairs.count < own.count else { return pairs }
        let paired = Set(pairs.map(\.old))
        let going = Set(own.indices.filter { !paired.contains($0) }.map { own[$0].specification })
        return pairs.filter { !going.contains(own[$0.old].specification) }
    }
}
