// What `ip6tables-restore --noflush` does to a ruleset, as far as keep6 uses it; the kernel tests use the real one.
import Testing

@testable import Firewall

struct RestoreModel {
    var ruleset: Ruleset

    /// Does what the lines say; records what ip6tables-restore would refuse.
    mutating func restore(_ change: TableChange) {
        let lines = change.text.split(separator: 0x0a).map(string)
        #expect(lines.first == "*\(change.table)" && lines.last == "COMMIT")
        if ruleset.table(change.table) == nil { ruleset.tables.append(Table(change.table)) }
        let place = ruleset.tables.firstIndex { $0.name == change.table } ?? 0
        for line in lines.dropFirst().dropLast() { apply(line, to: &ruleset.tables[place]) }
    }

    private func apply(_ line: String, to table: inout Table) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        if line.hasPrefix(":") { return table.chains.append(Chain(String(words[0].dropFirst()))) }
        if words[0] == "-P" { return setPolicy(words, &table) }
        guard let place = table.chains.firstIndex(where: { $0.name == words[1] }) else {
            Issue.record("no chain: \(line)")
            return
        }
        switch words[0] {
        case "-A": table.chains[place].rules.append(rule(words.dropFirst(2)))
        case "-I":
            let number = Int(words[2]) ?? 0
            guard (1...table.chains[place].rules.count + 1).contains(number) else {
                Issue.record("no such number: \(line)")
                return
            }
            table.chains[place].rules.insert(rule(words.dropFirst(3)), at: number - 1)
        case "-D":
            let wanted = rule(words.dropFirst(2))
            let found = table.chains[place].rules.firstIndex { $0.specification == wanted.specification }
            if let found { table.chains[place].rules.remove(at: found) } else { Issue.record("no rule: \(line)") }
        case "-F": table.chains[place].rules = []
        case "-X":
            let isUsed = table.chains.contains { $0.rules.contains { $0.target == words[1] } }
            #expect(!isUsed && table.chains[place].rules.isEmpty, "in use: \(line)")
            table.chains.remove(at: place)
        default: Issue.record("not understood: \(line)")
        }
    }

    private func setPolicy(_ words: [String], _ table: inout Table) {
        if let place = table.chains.firstIndex(where: { $0.name == words[1] }) {
            table.chains[place].policy = words[2]
        } else {
            table.chains.append(Chain(words[1], policy: words[2]))
        }
    }

    private func rule(_ words: ArraySlice<String>) -> Rule { Rule(Array(words.joined(separator: " ").utf8)[...]) }
}
