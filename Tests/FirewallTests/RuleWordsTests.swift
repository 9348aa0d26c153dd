import TestSupport
import Testing

@testable import Firewall

private struct Row: CustomTestStringConvertible, Sendable {
    let text: String
    let expected: String?
    var testDescription: String { text }

    init(_ text: String, _ expected: String?) {
        self.text = text
        self.expected = expected
    }
}

@Suite struct RuleWordsTests {
    private static let targets = [
        Row("-j DROP", "DROP"), Row("-g a", "a"), Row("--jump a", "a"), Row("--goto a", "a"), Row("", nil),
        Row("-s ::1/128", nil), Row("-j", nil), Row("-jDROP", "DROP"), Row("--jump=a", "a"),
        Row("--goto=a -p tcp", "a"),
        Row("-j \"a\"", "a"), Row("\"-j\" a", "a"), Row("\"-j a\" -j b", "b"), Row("-m comment --comment -j -j a", "a"),
        Row("-m comment --comment \"-j b\" -j a", "a"), Row("-m comment --comment \"x\\\" -j b\" -j a", "a"),
        Row("-j LOG --log-prefix -j", "LOG"), Row("-p tcp\t-j\ta", "a"), Row("--justice a", nil), Row("-", nil),
        Row("--jump=", nil), Row("! -j", nil),
        Row("-m comment --comment -jb -j a", "a"), Row("-m comment --comment --jump=b -g a", "a"),
    ]

    @Test(arguments: targets)
    private func target(_ row: Row) {
        #expect(RuleWords.target(in: Array(row.text.utf8)[...]) == row.expected)
    }

    private static let words = [
        Row("a b", "a|b"), Row("  a\t b ", "a|b"), Row("\"a b\"", "a b"), Row("x\"a\"y", "xa|y"), Row("\"\"", ""),
        Row("\"a\\\"b\\\\\" c", "a\"b\\|c"), Row("a\\b", "a\\b"), Row("\"it\\'s\"", "it's"),
    ]

    @Test(arguments: words)
    private func cut(_ row: Row) {
        var words = RuleWords(Array(row.text.utf8)[...])
        var found: [String] = []
        while let word = words.next() { found.append(string(word)) }
        #expect(found.joined(separator: "|") == row.expected)
    }
}
