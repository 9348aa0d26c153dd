// The syntax of .network files. 20,000 random ones of these bytes were compared with systemd's own config_parse, called
// in Debian 12's libsystemd-shared-252.so; 257 has the same source.
import TestSupport
import Testing

@testable import Configuration

/// `[Section] key=value`, one a line.
private func printed(_ file: NetworkFile) -> String {
    file.sections.flatMap { section in section.assignments.map { "[\(section.name)] \($0.key)=\($0.value)" } }
        .joined(separator: "\n")
}

@Suite struct NetworkFileTests {
    private static let syntax = [
        Row("one", "[A]\nb=c\n", "[A] b=c"),
        Row("no line end", "[A]\nb=c", "[A] b=c"),
        Row("white space round everything", " [A] \t\n \tb \t=\t c d \n", "[A] b=c d"),
        Row("only the first equals sign", "[A]\nb=c=d\n", "[A] b=c=d"),
        Row("an empty value", "[A]\nb=\n", "[A] b="),
        Row("repeated keys", "[A]\nb=1\nb=2\n", "[A] b=1\n[A] b=2"),
        Row("comments", "#x\n[A]\n # b=1\n;b=2\n b=3 # no comment ; here\n", "[A] b=3 # no comment ; here"),
        Row("continued", "[A]\nb=c\\\nd\n", "[A] b=c d"),
        Row("continued with white space", "[A]\nb=c \\\n  d\n", "[A] b=c    d"),
        Row("continued over a comment", "[A]\nb=c\\\n# x\n; y\\\nd\n", "[A] b=c d"),
        Row("continued by an empty line", "[A]\nb=c\\\n\nd=e\n", "[A] b=c\n[A] d=e"),
        Row("continued at the end", "[A]\nb=c\\", "[A] b=c"),
        Row("continued by a comment at the end", "[A]\nb=c\\\n#", "[A] b=c"),
        Row("two backslashes", "[A]\nb=c\\\\\nd=e\n", "[A] b=c\\\\\n[A] d=e"),
        Row("three backslashes", "[A]\nb=c\\\\\\\nd\n", "[A] b=c\\\\ d"),
        Row("white space behind a backslash", "[A]\nb=c\\ \nd=e\n", "[A] b=c\\\n[A] d=e"),
        Row("a continued header", "[A\\\nB]\nb=c\n", "[A B] b=c"),
        Row("a continued key", "[A]\nb\\\nc=d\n", "[A] b c=d"),
        Row("a comment is not continued", "[A]\n#x\\\nb=c\n", "[A] b=c"),
        Row("carriage returns", "[A]\r\nb=c\r\nd=e\\\r\nf\r\n", "[A] b=c\n[A] d=e f"),
        Row("carriage returns alone", "[A]\rb=c\r", "[A] b=c"),
        Row("a NUL ends the line", "[A]\nb=c\0d=e\n", "[A] b=c\n[A] d=e"),
        Row("a byte order mark", "\u{feff}[A]\nb=c\n", "[A] b=c"),
        Row("a byte order mark, late, and another", "[A]\n\u{feff}b=c\n\u{feff}d=e\n", "[A] b=c\n[A] \u{feff}d=e"),
        Row("other alphabets", "[Ä]\nö=ü é\n", "[Ä] ö=ü é"),
        Row("a form feed is no white space", "[A]\n\u{c}b=c\u{b}\n", "[A] \u{c}b=c\u{b}"),
        Row("white space in a header is part of it", "[ A ]\nb=c\n", "[ A ] b=c"),
        Row("an empty header", "[]\nb=c\n", "[] b=c"),
        Row("sections of one name", "[A]\nb=1\n[C]\nd=2\n[A]\nb=3\n", "[A] b=1\n[C] d=2\n[A] b=3"),
    ]

    @Test(arguments: syntax)
    func readsAsSystemd(_ row: Row) {
        #expect(printed(networkFile(row.text)) == row.expected)
        #expect(networkFile(row.text).problems == [])
        #expect(!networkFile(row.text).isRefused)
    }

    private static let ignored = [
        Row("no equals sign", "[A]\nb\nc=d\n", "2: 'b' is not 'Key=value'; networkd ignores it"),
        Row("no key", "[A]\n = b\nc=d\n", "2: '= b' is not 'Key=value'; networkd ignores it"),
        Row("before a section", "b=1\n[A]\nc=d\n", "1: 'b=1' is before the first section"),
        Row("the first line of a continued one", "[A]\n\nb\\\n#\nx\nc=d\n", "3: 'b x' is not 'Key=value'"),
    ]

    @Test(arguments: ignored)
    func ignoredLines(_ row: Row) {
        let file = networkFile(row.text)
        #expect(file.problems.count == 1)
        #expect(file.problems.first?.description.hasPrefix("/n/a.network:\(row.expected)") == true)
        #expect(file.problems.first?.severity == .warning)
        #expect(!file.isRefused)
        #expect(printed(file) == "[A] c=d")
    }

    /// config_parse returns an error, and networkd goes on without the file.
    private static let refused = [
        Row("an open header", "[A]\n[B\nc=d\n", "2: '[B' is not a section; write '[Network]'"),
        Row("an open header at the start", "[\nc=d\n", "1: '[' is not a section"),
        Row("a comment behind a header", "[A] # b\nc=d\n", "1: '[A] # b' is not a section"),
        Row("a quote in a header", "[\"A\"]\nc=d\n", "1: '[\"A\"]' is not a section"),
        Row("a backslash in a header", "[A\\x]\nc=d\n", "1: '[A\\x]' is not a section"),
        Row("a noncharacter", "[A]\nb=\u{ffff}\n", "2: this line is not UTF-8"),
        Row("a control character in a header", "[A\u{1}]\nc=d\n", "1: '[A\u{1}]' is not a section"),
    ]

    @Test(arguments: refused)
    func refusedFiles(_ row: Row) {
        let file = networkFile(row.text)
        #expect(file.isRefused)
        #expect(file.problems.map(\.severity) == [.error])
        #expect(file.problems.first?.description.hasPrefix("/n/a.network:\(row.expected)") == true)
        #expect(file.problems.first?.sentence.hasSuffix("ignores all of /n/a.network until you correct it") == true)
        #expect(file.assignments(in: "B") == [])
    }

    @Test func aLineThatIsNotUTF8() {
        var file = NetworkFile(path: "/n/a.network")
        var room = ReadLimit.items
        file.append(Array("[A]\nb=".utf8) + [0xff] + Array("\nc=d\n".utf8), of: "/n/a.network", room: &room)
        #expect(file.isRefused)
        #expect(file.problems.map(\.place.line) == [2])
        #expect(printed(file) == "[A] c=d")
    }

    @Test func everyAssignmentHasItsFileAndLine() {
        let file = networkFile("[A]\n\nb=1\\\n2\nc=3\n", dropIn: "#\n[A]\nb=4\n")
        #expect(
            file.assignments(in: "A").map(\.place.description) == [
                "/n/a.network:3", "/n/a.network:5", "/n/a.network.d/b.conf:3",
            ])
        #expect(file.sections.map(\.place.line) == [1, 2])
        #expect(file.assignments(of: "b", in: "A").map(\.value) == ["1 2", "4"])
    }

    @Test func aDropInStartsWithoutASection() {
        let file = networkFile("[A]\nb=1\n", dropIn: "c=2\n")
        #expect(printed(file) == "[A] b=1")
        #expect(file.problems.map(\.place.description) == ["/n/a.network.d/b.conf:1"])
    }

    @Test(arguments: ["[A]\n", "a=\n"])
    func tooManyLines(_ line: String) {
        let file = networkFile("[A]\n" + String(repeating: line, count: 60_000))
        #expect(file.problems.map(\.place.line) == [50_001])
        #expect(file.sections.count + file.assignments(in: "A").count == 50_000)
    }
}
