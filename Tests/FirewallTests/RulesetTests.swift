// Real saves are read and written byte for byte; what is wrong in others is named with its line.
import TestSupport
import Testing

@testable import Firewall

private struct Row: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let text: String
    let line: Int
    let sentence: String

    init(_ name: String, _ text: String, _ line: Int, _ sentence: String) {
        testDescription = name
        self.text = text
        self.line = line
        self.sentence = sentence
    }
}

@Suite struct RulesetTests {
    @Test(arguments: Golden.all)
    func writesWhatItRead(_ golden: Golden) throws {
        let bytes = try golden.read()
        #expect(string(try Ruleset(parsing: bytes).text) == string(bytes))
        #expect(try Ruleset(parsing: bytes).text == bytes)
    }

    @Test(arguments: Golden.all)
    func readsTheSameOfEach(_ golden: Golden) throws {
        let ruleset = try Ruleset(parsing: try golden.read())
        #expect(Set(ruleset.tables.map(\.name)) == ["filter", "mangle", "nat", "raw"])
        #expect(ruleset.ruleCount == 27)
        #expect(ruleset.trailer.count == 1 && ruleset.tables.allSatisfy { !$0.heading.isEmpty })
        let input = try #require(ruleset.table("filter")?.chain("INPUT"))
        #expect(input.policy == "DROP" && input.isBuiltIn)
        #expect(
            input.rules.map(\.target) == [
                "f2b-sshd", "LIBVIRT_INP", "ACCEPT", "ACCEPT", "ACCEPT", "own-in", "own-in", "LOG", nil,
            ])
        #expect(
            input.rules.last.map { Array($0.specification) } == Array("-m comment --comment \"B".utf8) + [0xfc]
                + Array("ro\"".utf8))
        let counted = golden.testDescription.hasSuffix("counters")
        #expect(input.rules[1].counters == (counted ? Counters(packets: 4, bytes: 416) : nil))
        let made = try #require(ruleset.table("filter")?.chain("own-in"))
        #expect(made.policy == nil && made.counters == Counters())
    }

    @Test func whatPeopleWriteBeside() throws {
        let text = "# mine\n\n*filter\n# inside\n:INPUT DROP\n\n:a -\n-A  INPUT\t-j  a\n-A INPUT\nCOMMIT\n# end"
        let ruleset = try Ruleset(text)
        #expect(
            string(ruleset.text)
                == "# mine\n*filter\n:INPUT DROP [0:0]\n:a - [0:0]\n-A INPUT -j  a\n-A INPUT\nCOMMIT\n# end\n")
        #expect(try Ruleset("").text == [])
        #expect(try Ruleset("*raw\nCOMMIT").tables.map(\.name) == ["raw"])
    }

    private static let broken = [
        Row("no COMMIT", "*filter\n:INPUT ACCEPT [0:0]\n", 2, "the table 'filter' has no COMMIT: the end is missing"),
        Row("half a COMMIT", "*filter\nCOMM", 2, "not a line of ip6tables-save: 'COMM'"),
        Row("COMMIT and more", "*filter\nCOMMIT \n", 2, "not a line of ip6tables-save: 'COMMIT '"),
        Row("COMMIT alone", "COMMIT\n", 1, "COMMIT is outside a table"),
        Row("a table in a table", "*filter\n*nat\nCOMMIT\n", 2, "a table begins before the COMMIT of 'filter'"),
        Row("a table twice", "*nat\nCOMMIT\n*nat\nCOMMIT\n", 3, "the table 'nat' occurs twice"),
        Row("no name", "*\nCOMMIT\n", 1, "'' is not a name of a table"),
        Row("a name with a space", "*a b\nCOMMIT\n", 1, "'a b' is not a name of a table"),
        Row("a name that is long", "*\(String(repeating: "a", count: 65))\n", 1, "' is not a name of a table"),
        Row("a chain outside", ":INPUT ACCEPT [0:0]\n", 1, "a chain is outside a table"),
        Row("a chain alone", "*filter\n:INPUT\n", 2, "write it as ':NAME POLICY [packets:bytes]'"),
        Row("a chain and more", "*filter\n:INPUT ACCEPT [0:0] x\n", 2, "write it as ':NAME POLICY [packets:bytes]'"),
        Row("a chain like an option", "*filter\n:-A - [0:0]\n", 2, "'-A' is not a name of a chain"),
        Row(
            "a policy that is none", "*filter\n:INPUT REJECT [0:0]\n", 2, "'REJECT' is not a policy; write ACCEPT, DROP"
        ),
        Row("counters", "*filter\n:INPUT DROP [0:0\n", 2, "'[0:0' is not a pair of counters; write '[packets:bytes]'"),
        Row("a negative counter", "*filter\n:a - [0:-1]\n", 2, "'[0:-1]' is not a pair of counters"),
        Row("a counter of 65 bits", "*filter\n:a - [18446744073709551616:0]\n", 2, "is not a pair of counters"),
        Row("one counter", "*filter\n:a - [1]\n", 2, "'[1]' is not a pair of counters"),
        Row("a bracket", "*filter\n:a - [\n", 2, "'[' is not a pair of counters"),
        Row("a chain twice", "*filter\n:a - [0:0]\n:a - [0:0]\n", 3, "the chain 'a' is declared twice"),
        Row("a rule outside", "-A INPUT -j DROP\n", 1, "a rule is outside a table"),
        Row("a chain not declared", "*filter\n-A INPUT -j DROP\nCOMMIT\n", 2, "the chain 'INPUT' is not declared; "),
        Row("a rule without a chain", "*filter\n-A\nCOMMIT\n", 2, "the chain '' is not declared; "),
        Row("another table's chain", "*nat\n:a - [0:0]\nCOMMIT\n*raw\n-A a\n", 5, "the chain 'a' is not declared"),
        Row("an insertion", "*filter\n:a - [0:0]\n-I a -j DROP\n", 3, "write a rule as '-A CHAIN ...', not '-I a"),
        Row("counters alone", "*filter\n:a - [0:0]\n[1:1]\n", 3, "write a rule as '-A CHAIN ...', not '[1:1]'"),
        Row("a rule's counters", "*filter\n:a - [0:0]\n[1:] -A a\n", 3, "'[1:]' is not a pair of counters"),
        Row("an open quote", "*filter\n:a - [0:0]\n-A a -m comment --comment \"x\n", 3, "a quote is not closed"),
        Row("a quote behind a backslash", "*filter\n:a - [0:0]\n-A a \"x\\\"\n", 3, "a quote is not closed"),
        Row("a NUL", "*filter\n:a - [0:0]\n-A a \0\n", 3, "it has a NUL byte"),
        Row("a carriage return", "*filter\r\nCOMMIT\r\n", 1, "'filter?' is not a name of a table"),
        Row("spaces before", " *filter\nCOMMIT\n", 1, "not a line of ip6tables-save: ' *filter'"),
        Row("binary", "\u{1b}[2J\u{7f}ELF", 1, "not a line of ip6tables-save: '?[2J?ELF'"),
    ]

    @Test(arguments: broken)
    private func refuses(_ row: Row) {
        do throws(MalformedRuleset) {
            _ = try Ruleset(parsing: Array(row.text.utf8))
            Issue.record("it is read")
        } catch {
            #expect(error.line == row.line)
            #expect(error.sentence.contains(row.sentence), "\(error)")
        }
    }

    @Test func limits() throws {
        let line = { (count: Int) in "*filter\n:a - [0:0]\n-A a " + String(repeating: "x", count: count - 5) }
        #expect(try Ruleset(line(10_238) + "\nCOMMIT\n").ruleCount == 1)
        #expect(throws: MalformedRuleset.self) { try Ruleset(line(10_239) + "\nCOMMIT\n") }
        let large = [UInt8](repeating: UInt8(ascii: "\n"), count: Ruleset.byteLimit + 1)
        #expect(throws: MalformedRuleset(line: 0, "it is larger than 32 MiB, too large for a ruleset")) {
            try Ruleset(parsing: large)
        }
    }
}
