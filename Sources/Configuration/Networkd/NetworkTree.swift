// All .network files of a host: which of them networkd reads, in which order, and which it does not.

/// The `.network` files below the directories that networkd searches (systemd.network(5), systemd's conf-files.c).
package struct NetworkTree: Equatable, Sendable {
    /// In the order of precedence. systemd 252 of Debian 12 also looks into the last, the same where /usr is merged.
    package static let directories = [
        "/etc/systemd/network", "/run/systemd/network", "/usr/local/lib/systemd/network", "/usr/lib/systemd/network",
        "/lib/systemd/network",
    ]

    /// In the order in which networkd tries them on a link: by name, wherever they lie.
    package internal(set) var files: [NetworkFile] = []
    package internal(set) var unused: [UnusedFile] = []
    /// What could not be read; what is wrong in a file is with the file.
    package internal(set) var problems: [Finding] = []

    /// Where an administrator writes what the file lacks: into the file itself, or into a drop-in for a file that a
    /// package owns or that a program, such as netplan, writes again at each boot.
    static func placeOfWish(for path: String) -> String {
        guard !path.hasPrefix("/etc/"), let name = path.split(separator: "/").last else { return path }
        return "\(directories[0])/\(name).d/keep6.conf"
    }

    /// What all these directories hold; one that is missing is empty.
    package init(reading directories: [String] = NetworkTree.directories, with reader: FileReader) {
        var parser = NetworkTreeParser(reader: reader, directories: directories)
        parser.read()
        self = parser.tree
    }

    /// One file with its drop-ins, wherever it lies.
    package init(readingFile path: String, with reader: FileReader) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let directory = parts.dropLast().joined(separator: "/")
        var parser = NetworkTreeParser(reader: reader, directories: [parts.count == 1 ? "." : directory])
        parser.read(only: parts.last.map(String.init))
        self = parser.tree
    }

    init() {}
}

/// A `.network` file or a drop-in of one that networkd does not read.
package struct UnusedFile: Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        /// An earlier directory has a file of the same name.
        case hidden(by: String)
        /// That file is empty or a link to /dev/null.
        case masked(by: String)
        /// A drop-in without its main file.
        case alone(without: String)
    }

    package let file: NetworkFile
    package let reason: Reason
}

private struct NetworkTreeParser {
    let reader: FileReader
    var tree = NetworkTree()
    private let directories: [String]
    private var names: [String: [String]] = [:]
    private var room = ReadLimit.items
    private var filesRead = 0
    private var bytesRead = 0

    /// The files of one name or drop-in name, those of earlier directories first.
    private struct Candidates {
        let name: String
        var paths: [String]
    }

    init(reader: FileReader, directories: [String]) {
        self.reader = reader
        self.directories = directories
    }

    mutating func read(only name: String? = nil) {
        for directory in directories { names[directory] = list(directory) }
        if let name { return readMain(Candidates(name: name, paths: directories.map { "\($0)/\(name)" })) }
        let mains = candidates(in: directories, suffix: ".network")
        for main in mains { readMain(main) }
        let known = Set(mains.map { $0.name + ".d" })
        let dropInNames = Set(names.values.joined().filter { $0.hasSuffix(".network.d") && !known.contains($0) })
        for name in dropInNames.sorted(by: precedes) {
            let main = String(name.dropLast(2))
            for path in dropIns(of: main).compactMap(\.paths.first) { leaveOut(path, .alone(without: main)) }
        }
    }

    /// networkd reads neither hidden files nor a second file of the same name. An empty file counts as none.
    private mutating func readMain(_ main: Candidates) {
        guard let path = main.paths.first, let bytes = contents(path) else { return }
        let others = main.paths.dropFirst()
        for other in others { leaveOut(other, bytes.isEmpty ? .masked(by: path) : .hidden(by: path)) }
        guard !bytes.isEmpty else { return }
        var file = NetworkFile(path: path)
        file.append(bytes, of: path, room: &room)
        for dropIn in dropIns(of: main.name) { add(dropIn, to: &file) }
        tree.files.append(file)
    }

    private mutating func add(_ dropIn: Candidates, to file: inout NetworkFile) {
        guard let path = dropIn.paths.first, let bytes = contents(path) else { return }
        for other in dropIn.paths.dropFirst() {
            leaveOut(other, bytes.isEmpty ? .masked(by: path) : .hidden(by: path))
        }
        file.append(bytes, of: path, room: &room)
        file.dropIns.append(path)
    }

    /// Reads what networkd does not, so that a wish in it can be pointed out.
    private mutating func leaveOut(_ path: String, _ reason: UnusedFile.Reason) {
        switch reason {
        case .hidden(let other), .masked(let other):
            if other == "/usr" + path { return }
        case .alone: break
        }
        guard let bytes = contents(path), !bytes.isEmpty else { return }
        var file = NetworkFile(path: path)
        file.append(bytes, of: path, room: &room)
        tree.unused.append(UnusedFile(file: file, reason: reason))
    }

    /// Only `NAME.network.d`: networkd knows no shorter names, as units do (`config_parse_many`).
    private mutating func dropIns(of main: String) -> [Candidates] {
        let present = directories.filter { names[$0]?.contains(main + ".d") == true }.map { "\($0)/\(main).d" }
        for directory in present where names[directory] == nil { names[directory] = list(directory) }
        return candidates(in: present, suffix: ".conf")
    }

    private func candidates(in directories: [String], suffix: String) -> [Candidates] {
        var found: [String: Candidates] = [:]
        for directory in directories {
            for name in names[directory] ?? [] where name.hasSuffix(suffix) && !name.hasPrefix(".") {
                found[name, default: Candidates(name: name, paths: [])].paths.append("\(directory)/\(name)")
            }
        }
        return found.values.sorted { precedes($0.name, $1.name) }
    }

    private func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }

    private mutating func list(_ directory: String) -> [String] {
        do throws(FileTrouble) {
            return try reader.list(directory)
        } catch {
            if case .other(let reason) = error {
                note(directory, .warning, "cannot read the directory: \(reason)")
            }
            return []
        }
    }

    /// nil if it cannot be read, which is noted.
    private mutating func contents(_ path: String) -> [UInt8]? {
        filesRead += 1
        guard filesRead <= ReadLimit.files, bytesRead <= ReadLimit.allBytes else {
            if filesRead <= ReadLimit.files + 1 {
                note(path, .error, "the .network files before it are too many or too large; keep6 reads no further")
            }
            filesRead = ReadLimit.files + 1
            return nil
        }
        do throws(FileTrouble) {
            let bytes = try reader.read(path, ReadLimit.fileBytes + 1)
            bytesRead += bytes.count
            guard bytes.count <= ReadLimit.fileBytes else {
                note(path, .error, "it is larger than 1 MiB; keep6 does not read it")
                return nil
            }
            return bytes
        } catch {
            let missing = "the file, or the target of the link, is missing"
            let reason = if case .other(let reason) = error { reason } else { missing }
            note(path, .error, "cannot read it: \(reason)")
            return nil
        }
    }

    private mutating func note(_ file: String, _ severity: Finding.Severity, _ sentence: String) {
        tree.problems.append(Finding(FileLine(file: file, line: 0), severity, sentence))
    }
}
