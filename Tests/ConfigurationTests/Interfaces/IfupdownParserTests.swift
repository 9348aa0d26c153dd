// What is read out of interfaces files. Rows marked "ifquery" were compared with the real one, 0.8.41 of Debian 12 and
// 0.8.44+deb13u1 of Debian 13 alike: `ifquery --state-dir DIR -i FILE NAME` prints the options it has read. So were
// 2500 random files made of these words, white space and line ends.
import Internet
import TestSupport
import Testing

@testable import Configuration

/// All stanzas of an interface as ifquery prints them, without the defaults of the method.
func printed(_ tree: InterfacesTree, _ interface: String) -> String {
    tree.stanzas.filter { $0.interface == interface }.flatMap(\.options).flatMap { option in
        Stanza.commands.contains(option.name)
            ? option.lines.map { "\(option.name): \($0.value)" } : ["\(option.name): \(option.value)"]
    }.joined(separator: "\n")
}

private let longest = String(repeating: "k", count: 79)

@Suite struct IfupdownParserTests {
    /// ifquery: `ifquery -i FILE e`, the lines that the method's defaults add left out.
    @Test(arguments: [
        Row("one option", "iface e inet6 auto\n keep6 yes\n", "keep6: yes"),
        Row("no line end", "iface e inet6 auto\n keep6 yes", "keep6: yes"),
        Row("repeated options are joined", "iface e inet6 auto\n a 1\n b x\n a 2\n", "a: 1\n2\nb: x"),
        Row("comments", "# a\n   # b\niface e inet6 auto\n# c\n a 1\n\n b 2\n", "a: 1\nb: 2"),
        Row("a comment is not continued", "iface e inet6 auto\n # c \\\n a 1\n", "a: 1"),
        Row("no comment behind a value", "iface e inet6 auto\n a 1 # c\n", "a: 1 # c"),
        Row("a continued line", "iface e inet6 auto\n a 1 \\\n   2\n", "a: 1    2"),
        Row("a continued line takes a comment in", "iface e inet6 auto\n a 1\\\n#2\n", "a: 1#2"),
        Row("a name is continued", "iface e inet6 auto\n a\\\n b 1\n", "a: b 1"),
        Row("white space behind a backslash", "iface e inet6 auto\n a 1\\ \n b 2\n", "a: 1\\\nb: 2"),
        Row("continued at the end", "iface e inet6 auto\n a 1\\", "a: 1"),
        Row("two backslashes at the end", "iface e inet6 auto\n a 1\\\\", "a: 1"),
        Row("a line of a backslash alone", "iface e inet6 auto\n a 1\n\\\n b 2\n", "a: 1\n: b 2"),
        Row("carriage returns", "iface e inet6 auto\r\n a 1\r\n b 2\\\r\n c 3\r\n", "a: 1\nb: 2\\\nc: 3"),
        Row("all kinds of white space", "iface\te\u{b}inet6\u{c}auto\n a\t 1 \t\n", "a: 1"),
        Row("white space inside a value", "iface e inet6 auto\n up a  b\tc\n", "up: a  b\tc"),
        Row("a NUL ends the line", "iface e inet6 auto\n a 1\0 2\n b 3\n", "a: 1\nb: 3"),
        Row(
            "commands", "iface e inet6 auto\n up a\n post-up b\n pre-down c\n down d\n pre-up e\n post-down f\n",
            "up: a\nup: b\ndown: c\ndown: d\npre-up: e\npost-down: f"),
        Row("a default that is not needed", "iface e inet6 auto\n a 1\n a? 2\n", "a: 1"),
        Row("a default, then more", "iface e inet6 auto\n a? 1\n a 2\n a? 3\n", "a: 1\n2"),
        Row("two stanzas", "iface e inet6 auto\n a 1\niface f can static\n a 2\niface e inet dhcp\n b 3", "a: 1\nb: 3"),
        Row("auto in a stanza", "iface e inet6 auto\nauto\n a 1\n", "a: 1"),
        Row("allow in a stanza", "iface e inet6 auto\nallow-hotplug\n a 1\n", "a: 1"),
        Row("no-scripts in a stanza", "iface e inet6 auto\nno-scripts\n a 1\n", "a: 1"),
        Row("a word too many", "iface e inet6 auto foo\n a 1\n", "a: 1"),
        Row("inherited", "iface x inet6 auto\n a 1\n b 1\niface e inherits x\n a 2\n", "a: 1\n2\nb: 1"),
        Row(
            "inherited by family", "iface x inet dhcp\n a 1\niface x inet6 auto\n a 2\niface e inet6 inherits x\n",
            "a: 2"),
        Row("inherited with a method", "iface x inet6 auto\n a 1\niface e inet6 static inherits x\n", "a: 1"),
        Row("inherits the first", "iface x inet6 auto\n a 1\niface x inet6 auto\n a 2\niface e inherits x\n", "a: 1"),
        Row(
            "names are cut at 79 bytes",
            "iface e inet6 auto\n " + longest + " 1\n " + longest + "kkkkkk 2\n", longest + ": 1\n2"),
    ])
    func readsAsIfquery(_ row: Row) {
        #expect(printed(interfaces(row.text), "e") == row.expected)
    }

    /// ifquery: it says where, then "couldn't read interfaces file". In a file that is sourced, the rest is left out.
    @Test(arguments: [
        Row("no name", "iface\n", "1: 'iface' has no name after it"),
        Row("no family", "\niface e\n", "2: the family is missing"),
        Row("unknown family", "iface e loopback x\n", "1: unknown family 'loopback'"),
        Row("no method", "iface e inet6\n", "1: the method is missing"),
        Row("unknown method", "iface e inet6 dchp\n", "1: inet6 has no method 'dchp'; its methods are auto, loopback"),
        Row("inherits nothing", "iface e inherits\n", "1: the name of a stanza is missing"),
        Row("inherits nothing, with a method", "iface e inet6 v4tunnel inherits\n", "1: the name of a stanza"),
        Row("inherits the unknown", "iface e inherits x\niface x inet dhcp\n", "1: there is no stanza 'x' above"),
        Row(
            "inherits another family", "iface x inet dhcp\niface e inet6 inherits x\n",
            "2: there is no inet6 stanza 'x' above"),
        Row("no value", "iface e inet6 auto\n keep6\n", "2: option 'keep6' has no value"),
        Row("no value, continued", "iface e inet6 auto\n a 1\n keep6 \\\n\n", "3: option 'keep6' has no value"),
        Row("outside", "keep6 yes\n", "1: option 'keep6' is outside a stanza"),
        Row("after auto", "iface e inet6 auto\nauto e\n keep6 yes\n", "3: option 'keep6' is outside a stanza"),
        Row("after rename", "iface e inet6 auto\nrename\n keep6 yes\n", "3: option 'keep6' is outside a stanza"),
        Row("after source", "iface e inet6 auto\nsource x*\n keep6 yes\n", "3: option 'keep6' is outside a stanza"),
        Row("allow without a class", "allow- e\n", "1: option 'allow-' is outside a stanza"),
        Row("another ifupdown's word", "template x\n", "1: option 'template' is outside a stanza"),
        Row("two scripts", "mapping e\n script a\n script b\n", "3: this mapping already has a script"),
        Row("an option in a mapping", "mapping e\n keep6 yes\n", "2: only 'script' and 'map' may stand in a mapping"),
    ])
    func errorEndsTheFile(_ row: Row) {
        let tree = interfaces("\(row.text)\niface later inet6 auto\n")
        #expect(tree.problems.count == 1)
        #expect(tree.problems.first?.description.hasPrefix("/n/interfaces:\(row.expected)") == true)
        #expect(tree.problems.first?.severity == .error)
        #expect(
            tree.problems.first?.sentence.hasSuffix("ifup and ifdown refuse to do anything until you correct it")
                == true)
        #expect(!tree.stanzas.contains { $0.interface == "later" })

        let sourced = interfaces("source a\niface later inet6 auto\n", ["/n/a": row.text])
        #expect(sourced.problems.first?.description.hasPrefix("/n/a:\(row.expected)") == true)
        #expect(sourced.problems.first?.sentence.hasSuffix("ignores the rest of this file") == true)
        #expect(sourced.stanzas.last?.interface == "later")
    }

    @Test func placesAreTheFirstOfContinuedLines() {
        let tree = interfaces("\n# x\niface e inet6 auto\n a 1 \\\n 2\n a 3\n")
        #expect(tree.stanzas.first?.place == FileLine(file: "/n/interfaces", line: 3))
        #expect(tree.stanzas.first?.lines.map(\.place.line) == [4, 6])
    }

    @Test func inheritedLinesKeepTheirPlaces() {
        let tree = interfaces(
            "source t\niface e inet6 static inherits t\n b 2\n", ["/n/t": "iface t inet6 auto\n a 1\n"])
        let stanza = tree.stanzas.last
        #expect(stanza?.lines.map(\.place.description) == ["/n/t:2", "/n/interfaces:3"])
        #expect(stanza?.template == "t")
        #expect(stanza?.method == "static")
    }

    @Test func selections() {
        let tree = interfaces(
            """
            auto lo /eth*=home
            allow-hotplug a
            allow-auto b
            no-auto-down c
            no-scripts d*
            rename e=f
            iface g inet6 auto
            auto
            """)
        let expected: [(Selection.Kind, String)] = [
            (.allow("auto"), "lo"), (.allow("auto"), "/eth*=home"), (.allow("hotplug"), "a"), (.allow("auto"), "b"),
            (.noAutoDown, "c"), (.noScripts, "d*"), (.rename, "e=f"), (.allow("auto"), "g"),
        ]
        #expect(tree.selections.map(\.kind) == expected.map(\.0))
        #expect(tree.selections.map(\.name) == expected.map(\.1))
        #expect(tree.problems == [])
    }

    @Test func mappings() {
        let tree = interfaces("mapping eth0 w*\n script /s a\n map x\n map y z\nauto eth0\n")
        #expect(tree.mappings.map(\.patterns) == [["eth0", "w*"]])
        #expect(tree.mappings.map(\.script) == ["/s a"])
        #expect(tree.mappings.map(\.maps) == [["x", "y z"]])
    }
}
