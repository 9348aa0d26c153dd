// Reads the journal: entries by exact fields, and the boots that it knows (sd-journal(3)).
import CSystemd
import Internet
import Linux

/// An entry of the journal with the requested fields; other programs wrote their values, so do not trust them.
package struct JournalEntry: Sendable {
    /// The boot's id, 32 hexadecimal digits.
    package let boot: String
    /// How long after the boot journald received it (CLOCK_MONOTONIC).
    let sinceBoot: Duration
    private let fields: [String: String]

    init(_ moment: (boot: String, sinceBoot: Duration), fields: [String: String]) {
        (boot, sinceBoot) = moment
        self.fields = fields
    }

    /// A field's first value, cut to `JournalReader.valueLimit` bytes; nil if the entry has none.
    package subscript(name: String) -> String? { fields[name] }
}

/// A boot that still has entries in the journal.
///
/// The clock may be wrong when the host starts, until the network sets it. So the code trusts the time of the last
/// entry, and counts all other times from it.
package struct JournalBoot: Sendable {
    package let id: String
    /// The time of the last entry.
    package let last: WallTime
    let lastSinceBoot: Duration
    let firstSinceBoot: Duration

    /// The time of the first entry.
    package var first: WallTime { time(firstSinceBoot) }

    /// The time of an entry of this boot.
    package func time(of entry: JournalEntry) -> WallTime { time(entry.sinceBoot) }

    private func time(_ sinceBoot: Duration) -> WallTime { last.advanced(by: sinceBoot - lastSinceBoot) }
}

/// The journal of this host's services and kernel, without the entries of users.
package final class JournalReader {
    /// Where the journal's files are (journald.conf(5), `Storage=`).
    package enum Storage: Sendable {
        case persistent
        /// In /run only, and lost at the next boot.
        case volatile
        /// There are no files, or this user may not read them.
        case none
    }

    /// The longest field value that is read, in bytes.
    static let valueLimit = 1024
    /// The largest number of boots that are read.
    static let bootLimit = 4096

    private let journal: OpaquePointer

    package init() throws(SystemError) {
        var journal: OpaquePointer?
        let flags = Int32(SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM)
        try checkSystemd("open the journal", sd_journal_open(&journal, flags))
        guard let journal else { throw SystemError(code: ENOMEM, doing: "open the journal") }
        self.journal = journal
        sd_journal_set_data_threshold(journal, JournalReader.valueLimit * 4)
    }

    deinit { sd_journal_close(journal) }

    package var storage: Storage {
        if sd_journal_has_persistent_files(journal) > 0 { return .persistent }
        return sd_journal_has_runtime_files(journal) > 0 ? .volatile : .none
    }

    /// The newest entries, at most `limit` of them, oldest first.
    ///
    /// For every given field, an entry must have one of the given values (sd_journal_add_match(3)). Only the named
    /// fields are read.
    package func entries(
        with matches: [(name: String, value: String)], naming names: [String], limit: Int
    ) throws(SystemError) -> [JournalEntry] {
        try match(matches)
        try checkSystemd("seek the journal's end", sd_journal_seek_tail(journal))
        var entries: [JournalEntry] = []
        while entries.count < limit, try checkSystemd("read the journal", sd_journal_previous(journal)) > 0 {
            var fields: [String: String] = [:]
            for name in names { fields[name] = value(of: name) }
            entries.append(JournalEntry(try moment(), fields: fields))
        }
        return entries.reversed()
    }

    /// The boots that have entries in the journal, in the order of their ends.
    package func boots() throws(SystemError) -> [JournalBoot] {
        var boots: [JournalBoot] = []
        for id in try bootIDs() {
            let doing = "read the boot \(id) in the journal"
            try match([("_BOOT_ID", id)])
            try checkSystemd(doing, sd_journal_seek_head(journal))
            guard try checkSystemd(doing, sd_journal_next(journal)) > 0 else { continue }
            let first = try moment().sinceBoot
            try checkSystemd(doing, sd_journal_seek_tail(journal))
            guard try checkSystemd(doing, sd_journal_previous(journal)) > 0 else { continue }
            let last = try moment().sinceBoot
            boots.append(JournalBoot(id: id, last: try time(), lastSinceBoot: last, firstSinceBoot: min(first, last)))
        }
        return boots.sorted { $0.last < $1.last }
    }

    private func bootIDs() throws(SystemError) -> [String] {
        let doing = "list the boots in the journal"
        try checkSystemd(doing, sd_journal_query_unique(journal, "_BOOT_ID"))
        var ids: [String] = []
        while ids.count < JournalReader.bootLimit {
            var data: UnsafeRawPointer?
            var length = 0
            let result = sd_journal_enumerate_available_unique(journal, &data, &length)
            guard try checkSystemd(doing, result) > 0 else { break }
            if let id = JournalReader.value(data, length) { ids.append(id) }
        }
        return ids
    }

    private func match(_ matches: [(name: String, value: String)]) throws(SystemError) {
        sd_journal_flush_matches(journal)
        for match in matches {
            try checkSystemd(
                "search the journal for \(match.name)",
                sd_journal_add_match(journal, "\(match.name)=\(match.value)", 0))
        }
    }
}

// MARK: - What systemd itself says about units

extension JournalReader {
    /// The newest entries by which the running or an earlier systemd says that the unit has stopped or failed.
    package func ends(of unit: String, limit: Int) throws(SystemError) -> [JournalEntry] {
        let ids = [keep6_unit_stopped(), keep6_unit_failed()].compactMap { $0.map { String(cString: $0) } }
        let matches = [(name: "_PID", value: "1"), ("_UID", "0"), ("UNIT", unit)] + ids.map { ("MESSAGE_ID", $0) }
        return try entries(with: matches, naming: [], limit: limit)
    }
}

// MARK: - The current entry

extension JournalReader {
    private func time() throws(SystemError) -> WallTime {
        var time: UInt64 = 0
        try checkSystemd("read the time of a journal entry", sd_journal_get_realtime_usec(journal, &time))
        return WallTime(microseconds: Int64(clamping: time))
    }

    private func moment() throws(SystemError) -> (boot: String, sinceBoot: Duration) {
        var time: UInt64 = 0
        var id = sd_id128_t()
        try checkSystemd("read the boot of a journal entry", sd_journal_get_monotonic_usec(journal, &time, &id))
        var digits = [CChar](repeating: 0, count: 33)
        sd_id128_to_string(id, &digits)
        let boot = String(decoding: digits.prefix(32).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return (boot, .microseconds(min(Int64(clamping: time), 1 << 53)))
    }

    /// A field counts as missing if it is damaged, or compressed in a way that this libsystemd does not know.
    private func value(of name: String) -> String? {
        var data: UnsafeRawPointer?
        var length = 0
        guard sd_journal_get_data(journal, name, &data, &length) >= 0 else { return nil }
        return JournalReader.value(data, length)
    }

    /// The text after the `=`; bytes that are not UTF-8 become U+FFFD.
    private static func value(_ data: UnsafeRawPointer?, _ length: Int) -> String? {
        let bytes = UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : length)
        guard let equals = bytes.prefix(128).firstIndex(of: UInt8(ascii: "=")) else { return nil }
        return String(decoding: bytes[(equals + 1)...].prefix(valueLimit), as: UTF8.self)
    }
}
