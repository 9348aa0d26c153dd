// Saves and restores the administrator's ip6tables rules, and leaves foreign rules alone.
import CLinux
import Firewall
import Internet
import Linux

/// The host's firewall, and the store of its versions.
package struct HostFirewall: Sendable {
    /// Where an administrator names further chains of others (keep6(8)).
    static let foreignChainsPath = "/etc/keep6/foreign-chains"
    /// There once the rules were restored since the boot.
    private static let markPath = "\(RunDirectory.path)/firewall"
    /// A save with no rule in a table does not replace a version with at least this many there: the table was probably
    /// flushed.
    private static let fewRules = 3

    package let store: RulesetStore
    package let ownership: Ownership
    private let ip6tables = Ip6tables()

    /// Reads the administrator's list of others' chains; what is wrong in it is said.
    package init(_ log: Log) {
        store = RulesetStore()
        var ownership = Ownership()
        let path = HostFirewall.foreignChainsPath
        do {
            let text = try Descriptor(opening: path, O_RDONLY | O_NONBLOCK).readAll(limit: StateFile.limit, of: path)
            for complaint in ownership.parse(String(decoding: text, as: UTF8.self)) {
                log.warning("\(path):\(complaint.line): \(complaint.sentence).")
            }
        } catch {
            if error.code != ENOENT { log.warning("\(error); the chains it names count as the administrator's.") }
        }
        self.ownership = ownership
    }

    package typealias Version = RulesetStore.Version

    package enum Saved: Equatable, Sendable {
        case new(Version)
        case unchanged(Version)
        /// There is no rule and no version.
        case nothing
    }

    /// Saves the administrator's rules as they are; a version equal to the newest is not stored again.
    ///
    /// - Parameter allowsNone: whether a table with no rule may replace one with some.
    package func save(cause: String, allowsNone: Bool = false) throws(Failure) -> Saved {
        let lock = try locked()
        defer { lock.isHeldUntilHere() }
        var found = SavedRuleset(
            try ip6tables.current().own(by: ownership), time: Int64(time(nil)), cause: cause)
        guard let newest = try newestText() else {
            return found.ruleset.tables.isEmpty ? .nothing : .new(try add(found))
        }
        if newest.text.body == found.body {
            (found.time, found.cause) = (newest.text.time, newest.text.cause)
            return .unchanged(Version(number: newest.number, saved: found))
        }
        let filled = found.ruleset.tables.filter { $0.ruleCount > 0 }.map(\.name)
        if !allowsNone, !newest.text.tables.allSatisfy(filled.contains), let saved = try? newest.text.saved() {
            try checkNotFlushed(found.ruleset, since: saved.ruleset, newest.number)
        }
        return .new(try add(found))
    }

    private func checkNotFlushed(_ own: Ruleset, since newest: Ruleset, _ number: Int) throws(Failure) {
        for table in newest.tables {
            let count = table.ruleCount
            guard count >= HostFirewall.fewRules, own.table(table.name)?.ruleCount ?? 0 == 0 else { continue }
            throw Failure(
                "the table '\(table.name)' has no rule now, and \(count) in version \(number): a program may have"
                    + " flushed it, so that version stays the newest; 'keep6 firewall restore' puts the rules back, 'keep6"
                    + " firewall save --none' saves that there are none")
        }
    }

    package struct Restored: Equatable, Sendable {
        package let version: Version
        package let changes: [TableChange]
        /// Why newer versions were not restored.
        package let complaints: [String]
    }

    /// Restores the newest version that is whole and that the kernel takes; nil if none was ever saved.
    ///
    /// - Parameter isDryRun: whether only to say what would be done.
    package func restore(isDryRun: Bool = false) throws(Failure) -> Restored? {
        let lock = try locked()
        defer { lock.isHeldUntilHere() }
        return try restoreNewest(isDryRun: isDryRun)
    }

    private func restoreNewest(isDryRun: Bool = false) throws(Failure) -> Restored? {
        var complaints: [String] = []
        for entry in try entries() {
            switch entry {
            case .refused(let refusal): complaints.append(refusal.sentence)
            case .good(let version):
                do {
                    let changes = try ip6tables.apply(
                        version.saved.ruleset, to: try ip6tables.current(), by: ownership, isDryRun: isDryRun)
                    return Restored(version: version, changes: changes, complaints: complaints)
                } catch {
                    complaints.append("version \(version.number) cannot be restored: \(error)")
                }
            }
        }
        guard complaints.isEmpty else { throw Failure(complaints.joined(separator: "; ")) }
        return nil
    }

    /// Makes an older version the rules, and the newest version.
    package func rollBack(to number: Int) throws(Failure) -> Restored {
        let lock = try locked()
        defer { lock.isHeldUntilHere() }
        let older = try version(number)
        let changes = try ip6tables.apply(older.saved.ruleset, to: try ip6tables.current(), by: ownership)
        let added = try add(older.saved.ruleset, cause: "rollback to version \(number)")
        return Restored(version: added, changes: changes, complaints: [])
    }

    /// Stores the administrator's part of a rules file, for example of iptables-persistent, as the newest version, if
    /// ip6tables accepts it.
    package func importRules(_ text: [UInt8], from path: String) throws(Failure) -> (version: Version, foreign: Int) {
        let ruleset: Ruleset
        do { ruleset = try Ruleset(parsing: text) } catch { throw Failure("\(path): \(error)") }
        let own = ruleset.own(by: ownership)
        let lock = try locked()
        defer { lock.isHeldUntilHere() }
        do { _ = try ip6tables.apply(own, to: try ip6tables.current(), by: ownership, isDryRun: true) } catch {
            throw Failure("\(path) is not stored, because it could not be restored: \(error)")
        }
        return (try add(own, cause: "import of \(path)"), ruleset.ruleCount - own.ruleCount)
    }

    /// What differs between a version, the newest if there is no number, and the rules as they are.
    package func difference(from number: Int?) throws(Failure) -> (Version, RulesetDifference) {
        var found = try newest()
        if let number { found = try version(number) }
        guard let version = found else {
            throw Failure("no version was saved yet; 'keep6 firewall save' makes one")
        }
        let current = try ip6tables.current().own(by: ownership)
        return (version, RulesetDifference(from: version.saved.ruleset, to: current))
    }

    package func history() throws(Failure) -> [RulesetStore.Entry] { Array(try entries()) }
}

// MARK: - For the hooks

extension HostFirewall {
    /// Before the first uplink is up: restores the rules, unless that was done since the boot.
    package func restoreOnce(_ log: Log) {
        do throws(Failure) {
            let lock = try locked()
            defer { lock.isHeldUntilHere() }
            guard access(HostFirewall.markPath, F_OK) != 0 else { return }
            if let restored = try restoreNewest() {
                for complaint in restored.complaints { log.warning("the firewall: \(complaint).") }
                log.info(
                    "the firewall: version \(restored.version.number) is restored,"
                        + " \(restored.version.saved.ruleset.ruleCount) rules.")
            }
            do {
                try StateFile.makeDirectory(RunDirectory.path)
                try StateFile.replace(HostFirewall.markPath, with: "restored\n")
            } catch { throw Failure("\(error)") }
        } catch {
            log.warning("the firewall: \(error).")
        }
    }

    /// Before the last uplink goes down, or the host: saves the rules.
    package func save(cause: String, _ log: Log) {
        do throws(Failure) {
            guard case .new(let version) = try save(cause: cause) else { return }
            log.info(
                "the firewall: version \(version.number) is saved, \(version.saved.ruleset.ruleCount) rules.")
        } catch {
            log.warning("the firewall: \(error).")
        }
    }
}

// MARK: - The store, in sentences

extension HostFirewall {
    private func locked() throws(Failure) -> RulesetStore.Lock {
        do { return try store.lock() } catch { throw Failure("\(error)") }
    }

    private func entries() throws(Failure) -> some Sequence<RulesetStore.Entry> {
        do { return try store.entries() } catch { throw Failure("\(error)") }
    }

    private func newest() throws(Failure) -> Version? {
        do { return try store.newest() } catch { throw Failure("\(error)") }
    }

    private func version(_ number: Int) throws(Failure) -> Version {
        let entry: RulesetStore.Entry?
        do { entry = try store.entry(number) } catch { throw Failure("\(error)") }
        switch entry {
        case .good(let version): return version
        case .refused(let refusal): throw Failure(refusal.sentence)
        case nil: throw Failure("there is no version \(number); 'keep6 firewall history' lists those there are")
        }
    }

    private func newestText() throws(Failure) -> (number: Int, text: SavedText)? {
        do { return try store.newestText() } catch { throw Failure("\(error)") }
    }

    private func add(_ own: Ruleset, cause: String) throws(Failure) -> Version {
        try add(SavedRuleset(own, time: Int64(time(nil)), cause: cause))
    }

    private func add(_ saved: SavedRuleset) throws(Failure) -> Version {
        do { return try store.add(saved) } catch {
            throw Failure("the rules are not saved, and the versions that were there are: \(error)")
        }
    }
}
