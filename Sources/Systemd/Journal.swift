// The journal, by structured fields (sd_journal_send(3), systemd.journal-fields(7)).
import CLinux
import CSystemd

/// Sends entries to journald.
package enum Journal {
    /// Whether journald listens on this system.
    package static var isThere: Bool { access("/run/systemd/journal/socket", W_OK) == 0 }

    /// Whether standard error goes to the journal, so that output there needs no second entry.
    ///
    /// JOURNAL_STREAM has the device and inode of the journal's stream (systemd.exec(5)).
    package static func isStandardError(_ journalStream: String?) -> Bool {
        var info = stat()
        guard let journalStream, fstat(2, &info) == 0 else { return false }
        return journalStream == "\(info.st_dev):\(info.st_ino)"
    }

    /// Sends one entry. It throws nothing, because keep6 works without a journal too.
    package static func send(_ message: String, priority: Int, fields: [(name: String, value: String)] = []) {
        let all = [("MESSAGE", message), ("PRIORITY", "\(priority)"), ("SYSLOG_IDENTIFIER", "keep6")] + fields
        var vectors: [iovec] = []
        defer { for vector in vectors { free(vector.iov_base) } }
        for (name, value) in all {
            let entry = strdup("\(name)=\(value)")
            vectors.append(iovec(iov_base: entry, iov_len: entry.map { strlen($0) } ?? 0))
        }
        sd_journal_sendv(vectors, Int32(vectors.count))
    }
}
