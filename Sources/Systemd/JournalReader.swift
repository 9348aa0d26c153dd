// The journal, read back: entries by exact fields, and the boots that it knows (sd-journal(3)).
import CSystemd
import Internet
import Linux

/// An entry of the journal with the fields that were asked for; their values are somebody else's and trusted by nobody.
public struct JournalEntry: Sendable {
    /// The boot's id, 32 hexadecimal digits.
    public let boot: String
    /// How long after the boot journald received it (CLOCK_MONOTONIC).
    let sinceBoot: Duration
    private let fields: [String: String]

    init(_ moment: (boot: String, sinceBoot: Duration), fields: [String: String]) {
        (boot, sinceBoot) = moment
        self.fields = fields
    }

    /// A field's first value, cut to `JournalReader.valueLimit` bytes; nil if the entry has none.
    public subscript(name: String) -> String? { fields[name] }
}

/// A boot that the journal still has entries of.
///
/// The clock may have been wrong when the host started, and right once it was set from the network. So the last entry's
/// time is believed, and all others are counted from it.
public struct JournalBoot: Sendable {
    public let id: String
    /// When the last entry came.
    public let last: WallTime
    let lastSinceBoot: Duration
    let firstSinceBoot: Duration

    /// When the first entry came.
    public var first: WallTime { time(firstSinceBoot) }

    /// When an entry of this boot came.
    public func time(of entry: JournalEntry) -> WallTime { time(entry.sinceBoot) }

    private func time(_ sinceBoot: Duration) -> WallTime { last.advanced(by: sinceBoot - lastSinceBoot) }
}

/// The journal of this host's services and kernel; what its users write is left out.
public final class JournalReader {
    /// Where the journal's files are (journald.conf(5), `Storage=`).
    public enum Storage: Sendable {
        case persistent
        /// In /run alone, and gone with the next boot.
        case volatile
        /// There are none, or this user may not read them.
        case none
    }

    /// No more of a field's value is taken, in bytes.
    static let valueLimit = 1024
    /// No more boots are looked at.
    static let bootLimit = 4096

    private let journal: OpaquePointer

    public init() throws(SystemError) {
        var journal: OpaquePointer?
        let flags = Int32(SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM)
        try checkSystemd("open the journal", sd_journal_open(&journal, flags))
        guard let journal else { throw SystemError(code: ENOMEM, doing: "open the journal") }
        self.journal = journal
        sd_journal_set_data_threshold(journal, JournalReader.valueLimit * 4)
    }

    deinit { sd_journal_close(journal) }

    public var storage: Storage {
        if sd_journal_has_persistent_files(journal) > 0 { return .persistent }
        return sd_journal_has_runtime_files(journal) > 0 ? .volatile : .none
    }

    /// The newest entries, at most `limit` of them, oldest first.
    ///
    /// An entry must have one of the values that are given for a field, for every field that is given
    /// (sd_journal_add_match(3)). Only the fields that are named are read.
    public func entries(
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

    /// The boots that the journal has entries of, in the order of their ends.
    public func boots() throws(SystemError) -> [JournalBoot] {
        var boots: [JournalBoot] = []
        for id in try bootIDs() {
            let doing = "look at the boot \(id) in the journal"
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

// MARK: - What systemd itself says of units

extension JournalReader {
    /// The newest entries of the running or an earlier systemd that the unit has stopped, or has failed.
    public func ends(of unit: String, limit: Int) throws(SystemError) -> [JournalEntry] {
        let ids = [keep6_unit_stopped(), keep6_unit_failed()].compactMap { $0.map { String(cString: $0) } }
        let matches = [(name: "_PID", value: "1"), ("_UID", "0"), ("UNIT", unit)] + ids.map { ("MESSAGE_ID", $0) }
        return try entries(with: matches, naming: [], limit: limit)
    }
}

// MARK: - The entry that the journal stands at

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

    /// A field that is damaged, or compressed in a way that this libsystemd does not know, is as good as none.
    private func value(of name: String) -> String? {
        var data: UnsafeRawPointer?
        var length = 0
        guard sd_journal_get_data(journal, name, &data, &length) >= 0 else { return nil }
        return JournalReader.value(data, length)
    }

    /// What follows the `=`; bytes that are no UTF-8 are replaced (U+FFFD).
    private static func value(_ data: UnsafeRawPointer?, _ length: Int) -> String? {
        let bytes = UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : length)
        guard let equals = bytes.prefix(128).firstIndex(of: UInt8(ascii: "=")) else { return nil }
        return String(decoding: bytes[(equals + 1)...].prefix(valueLimit), as: UTF8.self)
    }
}
