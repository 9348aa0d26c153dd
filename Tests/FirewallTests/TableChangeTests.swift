// Own rules become the wanted ones; others' chains, jumps and their order stay.
import Internet
import TestSupport
import Testing

@testable import Firewall

/// A chain INPUT before and as wanted, by letters: small ones are own rules, capitals jumps of others.
private struct Row: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let found: String
    let wanted: String
    let lines: [String]

    init(_ name: String, _ found: String, _ wanted: String, _ lines: [String]) {
        testDescription = name
        self.found = found
        self.wanted = wanted
        self.lines = lines
    }
}

private func ruleset(_ letters: String) throws -> Ruleset {
    let rules = letters.map { $0.isUppercase ? "-A INPUT -j f2b-\($0)\n" : "-A INPUT -s fd00::\($0)\n" }
    let chains = "ABCDEFGH".map { ":f2b-\($0) - [0:0]\n" }
    return try Ruleset("*filter\n:INPUT ACCEPT [0:0]\n\(chains.joined())\(rules.joined())COMMIT\n")
}

@Suite struct TableChangeTests {
    private static let rows = [
        Row("nothing to do", "Aab", "ab", []),
        Row("nothing to do, with rules that are equal", "aAbaBa", "abaa", []),
        Row("at boot, beside others", "AB", "ab", ["-A INPUT -s fd00::a", "-A INPUT -s fd00::b"]),
        Row("at boot, alone", "", "a", ["-A INPUT -s fd00::a"]),
        Row("all go", "AaBb", "", ["-D INPUT -s fd00::a", "-D INPUT -s fd00::b"]),
        Row(
            "all are others", "Aab", "cd",
            [
                "-D INPUT -s fd00::a", "-D INPUT -s fd00::b", "-A INPUT -s fd00::c", "-A INPUT -s fd00::d",
            ]),
        Row("in place of one that goes", "aAbB", "ac", ["-D INPUT -s fd00::b", "-I INPUT 3 -s fd00::c"]),
        Row("before one that stays", "Ab", "cdb", ["-I INPUT 2 -s fd00::c", "-I INPUT 3 -s fd00::d"]),
        Row("behind the last", "aA", "ab", ["-A INPUT -s fd00::b"]),
        Row("in the middle", "aAb", "acb", ["-I INPUT 3 -s fd00::c"]),
        Row("another order", "Aabc", "cab", ["-D INPUT -s fd00::c", "-I INPUT 2 -s fd00::c"]),
        Row(
            "one of two equal ones", "aAba", "ab",
            [
                "-D INPUT -s fd00::a", "-D INPUT -s fd00::a", "-I INPUT 1 -s fd00::a",
            ]),
        Row("two equal ones of one", "Aa", "aa", ["-A INPUT -s fd00::a"]),
    ]

    @Test(arguments: rows)
    private func smallest(_ row: Row) throws {
        let wanted = try ruleset(row.wanted)
        let changes = try ruleset(row.found).changes(to: wanted, by: Ownership())
        let expected = row.lines.isEmpty ? [] : [(["*filter"] + row.lines + ["COMMIT", ""]).joined(separator: "\n")]
        #expect(changes.map { string($0.text) } == expected)
        var model = RestoreModel(ruleset: try ruleset(row.found))
        for change in changes { model.restore(change) }
        #expect(model.ruleset.own(by: Ownership()) == wanted.own(by: Ownership()))
    }

    /// What is there: others' chains, and one's own that they need, hold or do not care for.
    private static let currentTables = """
        *filter
        :INPUT DROP [0:0]
        :FORWARD ACCEPT [0:0]
        :LIBVIRT_INP - [0:0]
        :gone - [0:0]
        :needed - [0:0]
        :holding - [0:0]
        -A INPUT -j LIBVIRT_INP
        -A INPUT -j gone
        -A LIBVIRT_INP -j needed
        -A gone -j RETURN
        -A needed -s fd00::1
        -A holding -j LIBVIRT_INP
        -A holding -s fd00::2
        COMMIT
        *mangle
        :FORWARD DROP [0:0]
        -A FORWARD -j ACCEPT
        COMMIT
        """

    /// What is to be there.
    private static let wantedTables = """
        *filter
        :INPUT ACCEPT [0:0]
        :FORWARD DROP [0:0]
        :new - [0:0]
        [7:8] -A INPUT -j new
        -A INPUT -j LIBVIRT_INP
        COMMIT
        *raw
        :PREROUTING ACCEPT [0:0]
        -A PREROUTING -j NOTRACK
        COMMIT
        """

    @Test func wholeTables() throws {
        let changes = try Ruleset(TableChangeTests.currentTables).changes(
            to: try Ruleset(TableChangeTests.wantedTables), by: Ownership())
        #expect(
            changes.map { string($0.text) } == [
                """
                *filter
                -P INPUT ACCEPT
                -P FORWARD DROP
                :new - [0:0]
                -D INPUT -j gone
                -F gone
                -D needed -s fd00::1
                -D holding -s fd00::2
                [7:8] -A INPUT -j new
                -X gone
                COMMIT

                """, "*mangle\n-P FORWARD ACCEPT\n-D FORWARD -j ACCEPT\nCOMMIT\n",
                "*raw\n-A PREROUTING -j NOTRACK\nCOMMIT\n",
            ])
        #expect(changes.map(\.added) == [1, 0, 1] && changes.map(\.removed) == [4, 1, 0])
    }

    @Test func anyTwoRulesets() throws {
        var random = SeededGenerator(seed: 6)
        for _ in 0..<1000 {
            let (found, wanted) = (try anyRuleset(&random), try anyRuleset(&random))
            let changes = found.changes(to: wanted, by: Ownership())
            var model = RestoreModel(ruleset: found)
            for change in changes { model.restore(change) }
            #expect(model.ruleset.changes(to: wanted, by: Ownership()) == [])
            let isForeign = { (rule: Rule) in rule.target?.hasPrefix("f2b-") == true }
            for chain in found.tables[0].chains {
                let jumps = chain.rules.filter(isForeign)
                let after = model.ruleset.tables[0].chain(chain.name)
                #expect(after?.rules.filter(isForeign) ?? [] == jumps)
                if chain.name.hasPrefix("f2b-") { #expect(after == chain) }
            }
        }
    }

    private func anyRuleset(_ random: inout SeededGenerator) throws -> Ruleset {
        let chains = ["INPUT", "own1", "own2", "f2b-A"]
        let made = chains.dropFirst().dropLast().filter { _ in Bool.random(using: &random) } + ["f2b-A"]
        var text = "*filter\n:INPUT \(Bool.random(using: &random) ? "ACCEPT" : "DROP") [0:0]\n"
        for chain in made { text += ":\(chain) - [0:0]\n" }
        for chain in ["INPUT"] + made {
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let targets = made.filter { $0 > chain || chain == "INPUT" } + ["ACCEPT", "DROP", "LOG", "MARK"]
                text += "-A \(chain) -j \(targets.randomElement(using: &random) ?? "DROP")\n"
            }
        }
        return try Ruleset(text + "COMMIT\n")
    }
}
