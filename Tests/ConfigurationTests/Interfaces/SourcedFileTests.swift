// The files that an interfaces file sources, what is read at most of them, and the patterns that name them.
import TestSupport
import Testing

@testable import Configuration

@Suite struct SourcedFileTests {
    private func names(_ tree: InterfacesTree) -> String { tree.stanzas.map(\.interface).joined(separator: " ") }

    private func file(_ name: String, then more: String = "") -> String { "iface \(name) inet6 auto\n\(more)" }

    /// `ifquery -v -i FILE NAME` names each file it reads; the rows' files were laid out so for it.
    @Test func filesAreReadInPlace() {
        let tree = interfaces(
            "iface a inet6 auto\nsource d/*\niface z inet6 auto\n",
            ["/n/d/2": file("two"), "/n/d/1": file("one"), "/n/d/3.cfg": file("three"), "/n/e": file("e")])
        #expect(names(tree) == "a one two three z")
        #expect(tree.problems == [])
    }

    @Test func pathsAreRelativeToTheFileWithTheLine() {
        let tree = interfaces(
            "source d/1\n", ["/n/d/1": "source x\nsource /x\n", "/n/d/x": file("b"), "/x": file("c")])
        #expect(names(tree) == "b c")
    }

    @Test(arguments: [("/interfaces", "//x"), ("interfaces", "./x"), ("./interfaces", "./x"), ("/n/i", "/n/x")])
    func directory(top: String, sourced: String) {
        let tree = InterfacesTree(reading: top, with: fileReader([top: "source x\n", sourced: file("a")]))
        #expect(names(tree) == "a")
    }

    /// "parsing file" comes once for a path, and once more for another path to the same file.
    @Test func aPathIsReadOnce() {
        let tree = interfaces("source x\nsource x\nsource ./x\n", ["/n/x": file("a"), "/n/./x": file("b")])
        #expect(names(tree) == "a b")
    }

    @Test func aDirectorysNamesAreLettersDigitsAndDashes() {
        let files = ["1", "Z", "a", "b.cfg", "b~", "_-", ".h", "ä", ""].map { ("/n/d/" + $0, file($0)) }
        let names = files.map { String($0.0.dropFirst(5)) }
        for word in ["source-directory", "source-dir", "source-dirs"] {
            let tree = interfaces(
                "\(word) d\n", Dictionary(uniqueKeysWithValues: files), directories: ["/n/d": names.reversed()])
            #expect(self.names(tree) == "1 Z _- a")
            #expect(tree.problems == [])
        }
    }

    /// ifquery warns "Is a directory" and goes on.
    @Test func aDirectoryInADirectory() {
        let tree = interfaces(
            "source-directory d\n", ["/n/d/b": file("b")], directories: ["/n/d": ["a", "b"], "/n/d/a": []])
        #expect(names(tree) == "b")
        #expect(tree.problems.map(\.description) == ["/n/interfaces:1: cannot read '/n/d/a': Is a directory"])
    }

    /// ifquery says nothing of these.
    @Test func whatIsMissing() {
        let tree = interfaces("source nope\nsource no/*\nsource-directory no\nsource $(ls)\niface e inet6 auto\n")
        #expect(names(tree) == "e")
        #expect(
            tree.problems.map(\.description) == [
                "/n/interfaces:1: there is no file '/n/nope'; ifupdown continues without it",
                "/n/interfaces:3: skipped the directory '/n/no': it does not exist",
                "/n/interfaces:4: ifupdown ignores this line because it cannot expand '/n/$(ls)': command substitution",
            ])
        #expect(tree.problems.allSatisfy { $0.severity == .warning })
    }

    @Test func noFileAtAll() {
        let tree = InterfacesTree(reading: "/n/interfaces", with: fileReader([:]))
        #expect(
            tree.problems == [
                Finding(
                    FileLine(file: "/n/interfaces", line: 0), .warning,
                    "there is no file '/n/interfaces'; ifupdown continues without it")
            ])
    }
}

@Suite struct InterfacesLimitTests {
    private func endless(_ limit: Int, _ line: String) -> [UInt8] {
        Array(String(repeating: line, count: limit / line.utf8.count + 1).utf8.prefix(limit))
    }

    private func read(_ text: @escaping (String, Int) -> [UInt8]) -> InterfacesTree {
        let reader = FileReader(
            read: { (path, limit) throws(FileTrouble) in text(path, limit) },
            expand: { (pattern) throws(FileTrouble) in [pattern] },
            list: { (_) throws(FileTrouble) in [] })
        return InterfacesTree(reading: "/i", with: reader)
    }

    /// ifquery goes down until the path is too long: "couldn't open interfaces file".
    @Test func aFileThatSourcesItself() {
        let tree = read { _, _ in Array("source ./i\nsource ././i\n".utf8) }
        #expect(tree.problems.count == 1)
        #expect(tree.problems.first?.sentence.contains("is included 33 levels deep, as in a loop") == true)
    }

    @Test func aFileWithoutEnd() {
        let tree = read { path, limit in self.endless(limit, "# comment\n") }
        #expect(tree.problems.map(\.description) == ["/i: '/i' is larger than 1 MiB; keep6 does not read it"])
    }

    @Test(arguments: ["iface e inet6 auto\n", "auto e f g h\n", "source /x\n", "iface e inet6 auto\n a 1\n"])
    func tooManyLines(_ line: String) {
        let tree = read { path, _ in path == "/i" ? self.endless(1 << 20, line) : [] }
        #expect(tree.problems.last?.sentence.hasPrefix("more than 50000 ") == true)
        #expect(tree.stanzas.count <= 50_001)
    }

    @Test func tooManyInheritedLines() {
        let tree = read { _, _ in
            let template = "iface t inet6 auto\n" + String(repeating: " up a\n", count: 1000)
            return Array((template + String(repeating: "iface e inherits t\n", count: 1000)).utf8)
        }
        #expect(tree.problems.count == 1)
        #expect(tree.stanzas.count == 50)
    }

    @Test func tooManyFiles() {
        let top = (0..<2000).map { "source /f\($0)\n" }.joined()
        let tree = read { path, _ in path == "/i" ? Array(top.utf8) : [] }
        #expect(tree.problems.map(\.place.line) == [1000])
    }

    @Test func tooManyBytes() {
        let top = (0..<100).map { "source /f\($0)\n" }.joined()
        let comment = Array(repeating: UInt8(ascii: "#"), count: 1 << 20)
        let tree = read { path, _ in path == "/i" ? Array(top.utf8) : comment }
        #expect(tree.problems.map(\.place.line) == [16])
    }
}
