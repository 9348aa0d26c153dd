// ip6tables-save and ip6tables-restore, which read and change the kernel's rules.
import CLinux
import Firewall
import Internet
import Linux

/// The host's ip6tables, with whichever back end its alternative has.
package struct Ip6tables: Sendable {
    private static let savePath = "/usr/sbin/ip6tables-save"
    private static let restorePath = "/usr/sbin/ip6tables-restore"

    /// For what must not keep its caller waiting.
    private static let shortLimit = Duration.seconds(3)

    private let savePath: String

    package init() { savePath = Ip6tables.savePath }

    private init(savedBy path: String) { savePath = path }

    /// The back end that the host's ip6tables does not use, and its ruleset; nil if it has none.
    ///
    /// The legacy one is asked only where it has tables, for asking would make them (/proc/net/ip6_tables_names).
    package static func unusedBackend() throws(Failure) -> (name: String, ruleset: Ruleset)? {
        let real = realpath(savePath, nil)
        defer { free(real) }
        guard let real else { return nil }
        let name = String(cString: real).hasSuffix("/xtables-nft-multi") ? "legacy" : "nft"
        let path = "/usr/sbin/ip6tables-\(name)-save"
        guard access(path, X_OK) == 0 else { return nil }
        let tables = "/proc/net/ip6_tables_names"
        if name == "legacy" {
            let names = try? Descriptor(opening: tables, O_RDONLY).readAll(limit: StateFile.limit, of: tables)
            guard names?.isEmpty == false else { return nil }
        }
        return (name, try Ip6tables(savedBy: path).current())
    }

    /// All that the kernel has, with counters.
    ///
    /// An error if a table has what ip6tables cannot show, because it would look empty.
    package func current(limit: Duration = .seconds(30)) throws(Failure) -> Ruleset {
        var program = Program(savePath, ["--counters"])
        program.limit = limit
        program.outputLimit = Ruleset.byteLimit
        let outcome = try Ip6tables.run(program)
        guard outcome.code == 0 else { throw Ip6tables.failure(program, outcome, input: []) }
        let ruleset: Ruleset
        do { ruleset = try Ruleset(parsing: outcome.output) } catch {
            throw Failure("what \(savePath) wrote cannot be read: \(error)")
        }
        let comments = ruleset.tables.flatMap(\.heading) + ruleset.trailer
        for comment in comments.map({ String(decoding: $0, as: UTF8.self) })
        where comment.utf8.split(separator: UInt8(ascii: " ")).contains(where: { $0.starts(with: "incompatible".utf8) })
        {
            throw Failure(
                "ip6tables cannot show a table (\"\(comment.dropFirst(2))\"); a program made rules in it that only nft(8)"
                    + " shows, and without them keep6 would save half")
        }
        return ruleset
    }

    /// Makes the own part of the current ruleset the wanted one, all of it or nothing; returns what it changed.
    ///
    /// A transaction is one table's (iptables 1.8: a bad line in the second table leaves the first applied), so
    /// the tables are tested first and put back if a later one fails all the same: what only the kernel refuses, such as
    /// a loop of jumps, no test finds. The largest table goes first and is not tested: if it fails, nothing has been done
    /// yet, and reading it twice would take as long as the whole restore.
    ///
    /// - Parameter isDryRun: whether to test everything and change nothing.
    package func apply(
        _ wanted: Ruleset, to current: Ruleset, by ownership: Ownership, isDryRun: Bool = false
    ) throws(Failure) -> [TableChange] {
        let changes = current.changes(to: wanted, by: ownership).sorted { $0.text.count > $1.text.count }
        if isDryRun {
            try restore(changes, isTest: true)
            return changes
        }
        if changes.count > 1 { try restore(Array(changes.dropFirst()), isTest: true) }
        do {
            try restore(changes)
        } catch {
            guard changes.count > 1 else { throw error }
            throw Failure("\(error); \(putBack(current, by: ownership))")
        }
        return changes
    }

    /// Lets guests on these bridges use the uplink's prefixes, as libvirt's rules let them use the prefixes of their
    /// networks.
    ///
    /// The guard waits for it, so it takes seconds at most; one that fails can be tried again.
    package func forward(_ prefixes: [String: [String]], from uplink: InterfaceName) throws(Failure) {
        let ruleset = try current(limit: Ip6tables.shortLimit)
        guard let filter = ruleset.table("filter"),
            let input = GuestForwarding(of: uplink, prefixes: prefixes).change(of: filter)
        else { return }
        var program = Program(Ip6tables.restorePath, ["--noflush", "--wait", "2"])
        program.limit = Ip6tables.shortLimit
        let outcome = try Ip6tables.run(program, input)
        if outcome.code != 0 { throw Ip6tables.failure(program, outcome, input: input) }
    }

    /// Undoes what a restore did before it failed; returns in words how that went.
    private func putBack(_ before: Ruleset, by ownership: Ownership) -> String {
        do {
            let changes = try current().changes(to: before, by: ownership)
            try restore(changes)
            return changes.isEmpty ? "no table was changed" : "the tables changed before it are as they were"
        } catch {
            return "the tables changed before it could not be put back: \(error)"
        }
    }

    private func restore(_ changes: [TableChange], isTest: Bool = false) throws(Failure) {
        guard !changes.isEmpty else { return }
        let arguments = ["--noflush", "--counters", "--wait", "10"] + (isTest ? ["--test"] : [])
        let program = Program(Ip6tables.restorePath, arguments)
        let input = changes.flatMap(\.text)
        let outcome = try Ip6tables.run(program, input)
        if outcome.code != 0 { throw Ip6tables.failure(program, outcome, input: input) }
    }

    private static func run(_ program: Program, _ input: [UInt8] = []) throws(Failure) -> Program.Outcome {
        do { return try program.run(input: input) } catch {
            let advice = error.code == ENOENT ? "; install the package iptables" : ""
            throw Failure("\(error)\(advice)")
        }
    }

    /// The program's own words, and the line that it names.
    private static func failure(_ program: Program, _ outcome: Program.Outcome, input: [UInt8]) -> Failure {
        let lines = String(decoding: outcome.errors.prefix(4096), as: UTF8.self).split(separator: "\n")
        let words = lines.filter { !$0.hasPrefix("Try `") }.map { $0.drop { $0 == " " } }
        var sentence = "\(program.path) failed with code \(outcome.code)"
        if !words.isEmpty { sentence += ": \(words.joined(separator: "; "))" }
        if let line = namedLine(words, of: input) { sentence += " (the line is '\(line)')" }
        return Failure(sentence)
    }

    /// The line of the input that "line: 5" or "line 5" means.
    private static func namedLine(_ words: [Substring], of input: [UInt8]) -> String? {
        for sentence in words {
            let parts = sentence.split { $0 == " " || $0 == ":" }
            guard let place = parts.firstIndex(of: "line"), place + 1 < parts.count else { continue }
            let digits = parts[place + 1].prefix { $0.isASCII && $0.isNumber }
            let lines = input.split(separator: 0x0a, omittingEmptySubsequences: false)
            guard let number = Int(digits), (1...lines.count).contains(number) else { continue }
            let line = String(decoding: lines[number - 1], as: UTF8.self)
            return line == "COMMIT" ? nil : line
        }
        return nil
    }
}
