// /var/lib/keep6/ip6tables: the versions of the administrator's rules that were saved.
import CLinux
import Firewall
import Internet
import Linux

/// The saved rulesets, each a file of its own that is never written again.
///
/// A version is `NUMBER.rules`; the one with the highest number is the newest. A save adds a file and then removes the
/// oldest, so that a crash or a full disk at any moment leaves what was there.
package struct RulesetStore: Sendable {
    package static let hostPath = "/var/lib/keep6/ip6tables"
    /// So many different versions are kept.
    static let versionLimit = 10

    package let path: String

    package init(_ path: String = hostPath) { self.path = path }

    package struct Version: Equatable, Sendable {
        package let number: Int
        package let saved: SavedRuleset
    }

    /// A file that is not a version as keep6 saved it, and why.
    package struct Refusal: Equatable, Sendable {
        package let number: Int
        package let sentence: String
    }

    package enum Entry: Equatable, Sendable {
        case good(Version)
        case refused(Refusal)
    }

    /// The versions, the newest first, each read only when it is asked for.
    package func entries() throws(SystemError) -> some Sequence<Entry> {
        try numbers().lazy.map(look)
    }

    /// The newest version that is whole; nil if there is none.
    package func newest() throws(SystemError) -> Version? {
        for entry in try entries() {
            if case .good(let version) = entry { return version }
        }
        return nil
    }

    /// The text of that, its rules not read.
    package func newestText() throws(SystemError) -> (number: Int, text: SavedText)? {
        for number in try numbers() {
            if let text = try? text(number) { return (number, text) }
        }
        return nil
    }

    /// The version of a number; nil if there is none.
    package func entry(_ number: Int) throws(SystemError) -> Entry? {
        try numbers().contains(number) ? look(at: number) : nil
    }

    /// Takes the lock that a save and a restore hold, so that two do not come between each other; makes the directory.
    package func lock() throws(SystemError) -> Lock {
        let parent = path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
        try StateFile.makeDirectory(parent)
        try StateFile.makeDirectory(path, mode: 0o700)
        let lock = try Descriptor(opening: "\(path)/lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode: 0o600)
        try check("wait for another keep6 that has the lock of \(path)") {
            keep6_wait_for_lock(lock.raw, RulesetStore.patience)
        }
        return Lock(file: lock)
    }

    /// How many seconds another save or restore may take.
    private static let patience: UInt32 = 60

    /// Held until its value ends.
    package struct Lock: ~Copyable {
        fileprivate let file: Descriptor

        /// For a `defer`: the value lives until then.
        func isHeldUntilHere() {}
    }

    /// Stores a version as the newest; the caller holds the lock. An equal older one makes room for it.
    package func add(_ saved: SavedRuleset) throws(SystemError) -> Version {
        let numbers = try numbers()
        let version = Version(number: (numbers.first ?? 0) + 1, saved: saved)
        guard version.number <= RulesetStore.highestNumber else {
            throw SystemError(code: EOVERFLOW, doing: "number the version after \(file(numbers[0]))")
        }
        try StateFile.replace(file(version.number), with: saved.text, mode: 0o600)
        try StateFile.syncDirectory(path)
        prune(numbers, except: saved.body)
        return version
    }

    private static let highestNumber = 999_999_999

    private func file(_ number: Int) -> String { "\(path)/\(number).rules" }

    /// From the highest on; none if the directory is not there.
    private func numbers() throws(SystemError) -> [Int] {
        guard try StateFile.isDirectory(path) else { return [] }
        let numbers = try Directory.names(in: path).compactMap { name -> Int? in
            guard name.hasSuffix(".rules"), let number = Int(name.dropLast(6)) else { return nil }
            return number > 0 && number <= RulesetStore.highestNumber && name == "\(number).rules" ? number : nil
        }
        return numbers.sorted(by: >)
    }

    private func look(at number: Int) -> Entry {
        func refused(_ reason: String) -> Entry {
            .refused(Refusal(number: number, sentence: "version \(number) (\(file(number))) is not used: \(reason)"))
        }
        do {
            return .good(Version(number: number, saved: try text(number).saved()))
        } catch {
            return refused("\(error)")
        }
    }

    private func text(_ number: Int, isSumChecked: Bool = true) throws -> SavedText {
        guard let bytes = try StateFile.bytes(of: file(number), limit: Ruleset.byteLimit) else {
            throw Malformed("it is gone")
        }
        return try SavedText(bytes, isSumChecked: isSumChecked)
    }

    /// Removes versions that are too old or equal the newest, and files whose head or end is wrong; a file that stays
    /// does no harm.
    private func prune(_ numbers: [Int], except newest: ArraySlice<UInt8>) {
        var kept = 1
        for number in numbers {
            if kept < RulesetStore.versionLimit, let older = try? text(number, isSumChecked: false),
                older.body != newest
            {
                kept += 1
            } else {
                try? StateFile.remove(file(number))
            }
        }
    }
}
