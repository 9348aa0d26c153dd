// Which .network files and drop-ins networkd reads, and in which order (systemd's conf_files_list_strv).
import TestSupport
import Testing

@testable import Configuration

private let etc = "/etc/systemd/network"
private let run = "/run/systemd/network"
private let local = "/usr/local/lib/systemd/network"
private let usr = "/usr/lib/systemd/network"

private struct TreeRow: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let files: [String: String]
    /// The files that are read, each with its drop-ins behind it, by what they hold.
    let read: String
    /// Those that are not, in words.
    let unused: [String]

    init(_ name: String, _ files: [String: String], _ read: String, _ unused: [String] = []) {
        testDescription = name
        self.files = files.mapValues { $0.isEmpty ? "" : "[A]\nb=\($0)\n" }
        self.read = read
        self.unused = unused
    }
}

@Suite struct NetworkTreeTests {
    private static let rows = [
        TreeRow("nothing", [:], ""),
        TreeRow("one", ["\(etc)/a.network": "1"], "1"),
        TreeRow(
            "by name, wherever they lie",
            [
                "\(usr)/10-a.network": "1", "\(etc)/20-a.network": "2", "\(run)/15.network": "3",
                "\(local)/2.network": "4",
            ],
            "1 3 4 2"),
        TreeRow("capitals come first", ["\(etc)/a.network": "1", "\(etc)/B.network": "2"], "2 1"),
        TreeRow(
            "an earlier directory hides the same name",
            ["\(etc)/a.network": "1", "\(run)/a.network": "2", "\(local)/a.network": "3", "\(usr)/a.network": "4"],
            "1",
            ["2 hidden by \(etc)/a.network", "3 hidden by \(etc)/a.network", "4 hidden by \(etc)/a.network"]),
        TreeRow(
            "run before usr", ["\(usr)/a.network": "1", "\(run)/a.network": "2"], "2",
            ["1 hidden by \(run)/a.network"]),
        TreeRow(
            "an empty file masks", ["\(etc)/a.network": "", "\(usr)/a.network": "1", "\(usr)/b.network": "2"], "2",
            ["1 masked by \(etc)/a.network"]),
        TreeRow("an empty file alone is no file", ["\(usr)/a.network": ""], ""),
        TreeRow(
            "only .network, and nothing hidden",
            ["\(etc)/a.conf": "1", "\(etc)/.b.network": "2", "\(etc)/c.network~": "3", "\(etc)/network": "4"], ""),
        TreeRow(
            "drop-ins behind their file, by name",
            [
                "\(usr)/a.network": "1", "\(usr)/a.network.d/20.conf": "3", "\(etc)/a.network.d/30.conf": "4",
                "\(run)/a.network.d/10.conf": "2", "\(etc)/b.network": "5",
            ], "1+2+3+4 5"),
        TreeRow(
            "drop-ins hide and mask each other",
            [
                "\(etc)/a.network": "1", "\(etc)/a.network.d/1.conf": "2", "\(run)/a.network.d/1.conf": "3",
                "\(etc)/a.network.d/2.conf": "", "\(usr)/a.network.d/2.conf": "4",
            ], "1+2", ["3 hidden by \(etc)/a.network.d/1.conf", "4 masked by \(etc)/a.network.d/2.conf"]),
        TreeRow(
            "no other drop-ins",
            [
                "\(etc)/a-b.network": "1", "\(etc)/a-b.network.d/1.network": "2", "\(etc)/a-b.network.d/.2.conf": "3",
                "\(etc)/a-b.d/1.conf": "4", "\(etc)/network.d/1.conf": "5",
            ], "1"),
        TreeRow(
            "units have drop-ins for a-.network, networkd has not",
            ["\(etc)/a-b.network": "1", "\(etc)/a-.network.d/1.conf": "2"], "1", ["2 alone without a-.network"]),
        TreeRow(
            "a masked file has no drop-ins", ["\(etc)/a.network": "", "\(etc)/a.network.d/1.conf": "2"], ""),
    ]

    @Test(arguments: rows)
    private func precedence(_ row: TreeRow) {
        let tree = networkTree(row.files)
        func values(_ file: NetworkFile) -> [String] { file.assignments(in: "A").map(\.value) }
        #expect(tree.files.map { values($0).joined(separator: "+") }.joined(separator: " ") == row.read)
        let unused = tree.unused.map { unused in
            let reason =
                switch unused.reason {
                case .hidden(let by): "hidden by \(by)"
                case .masked(let by): "masked by \(by)"
                case .alone(let main): "alone without \(main)"
                }
            return "\(values(unused.file).joined()) \(reason)"
        }
        #expect(unused == row.unused)
        #expect(tree.problems == [])
    }

    @Test func dropInsAreNamed() {
        let tree = networkTree(["\(etc)/a.network": "[A]\n", "\(run)/a.network.d/x.conf": "[A]\n"])
        #expect(tree.files.map(\.path) == ["\(etc)/a.network"])
        #expect(tree.files.map(\.dropIns) == [["\(run)/a.network.d/x.conf"]])
    }

    /// Where /usr is merged, /lib/systemd/network is /usr/lib/systemd/network.
    @Test func libIsNoSecondPlace() {
        let tree = networkTree(["\(usr)/a.network": "[A]\n", "/lib/systemd/network/a.network": "[A]\n"])
        #expect(tree.files.map(\.path) == ["\(usr)/a.network"])
        #expect(tree.unused == [])
        #expect(networkTree(["/lib/systemd/network/a.network": "[A]\n"]).files.count == 1)
    }

    @Test func whatCannotBeRead() {
        let tree = networkTree(
            ["\(usr)/a.network": "[A]\n"], directories: [etc: ["a.network", "b.network"], "\(etc)/b.network": []])
        #expect(
            tree.problems.map(\.description) == [
                "\(etc)/a.network: cannot read it: the file, or the target of the link, is missing",
                "\(etc)/b.network: cannot read it: Is a directory",
            ])
        #expect(tree.files == [])
    }

    @Test func oneFileAlone() {
        let files = ["/x/a.network": "[A]\nb=1\n", "/x/b.network": "[A]\n", "/x/a.network.d/1.conf": "[A]\nb=2\n"]
        let tree = NetworkTree(readingFile: "/x/a.network", with: fileReader(files))
        #expect(tree.files.map { $0.assignments(in: "A").map(\.value) } == [["1", "2"]])
        let missing = NetworkTree(readingFile: "/x/c.network", with: fileReader(files))
        #expect(missing.problems.map(\.place.file) == ["/x/c.network"])
        let local = NetworkTree(readingFile: "a.network", with: fileReader(["./a.network": "[A]\n"]))
        #expect(local.files.count == 1)
    }

    private func read(_ names: [String], _ bytes: @escaping (Int) -> [UInt8]) -> NetworkTree {
        let reader = FileReader(
            read: { (_, limit) throws(FileTrouble) in bytes(limit) },
            expand: { (pattern) throws(FileTrouble) in [pattern] },
            list: { (path) throws(FileTrouble) in path == etc ? names : [] })
        return NetworkTree(with: reader)
    }

    @Test func aFileWithoutEnd() {
        let tree = read(["a.network"]) { Array(repeating: UInt8(ascii: "#"), count: $0) }
        #expect(
            tree.problems.map(\.description) == ["\(etc)/a.network: it is larger than 1 MiB; keep6 does not read it"])
    }

    @Test func tooManyFiles() {
        let tree = read((1...2000).map { "\($0).network" }) { _ in Array("[A]\n".utf8) }
        #expect(tree.files.count == 1000)
        #expect(tree.problems.count == 1)
    }

    @Test func tooManyBytes() {
        let tree = read((1...100).map { "\($0).network" }) { Array(repeating: UInt8(ascii: "#"), count: $0 - 1) }
        #expect(tree.files.count == 17)
        #expect(tree.problems.count == 1)
    }
}
