// A version of the administrator's ruleset as keep6 stores it: when and why it was saved, and proof that it is
// complete.
import Internet

/// A saved ruleset. ip6tables-restore(8) also reads its text, because keep6 adds only comments.
package struct SavedRuleset: Equatable, Sendable {
    package let ruleset: Ruleset
    /// The part of the text with the rules.
    package let body: ArraySlice<UInt8>
    /// Seconds since 1970.
    package var time: Int64
    /// Why it was saved, half a sentence.
    package var cause: String

    /// - Parameter ruleset: the administrator's own; keep6 does not store its counters and comments.
    package init(_ ruleset: Ruleset, time: Int64, cause: String) {
        self.ruleset = ruleset.withoutCounters
        body = self.ruleset.text[...]
        self.time = time
        self.cause = printable(Array(cause.utf8)[...])
    }

    package var text: [UInt8] { SavedText.around(body, time: time, cause: cause) }

    /// Reads the text; a truncated, changed or foreign text is an error as a whole.
    package init(text: [UInt8]) throws(Malformed) { self = try SavedText(text).saved() }

    fileprivate init(read ruleset: Ruleset, of text: SavedText) {
        self.ruleset = ruleset
        body = text.body
        time = text.time
        cause = text.cause
    }
}

/// The text of a saved ruleset, known to be complete, before its rules are read.
package struct SavedText {
    package let time: Int64
    package let cause: String
    package let body: ArraySlice<UInt8>

    private static let head = "# keep6-ruleset 1\n"
    private static let lastWords = "# keep6-end "

    fileprivate static func around(_ body: ArraySlice<UInt8>, time: Int64, cause: String) -> [UInt8] {
        let text = Array("\(head)# time \(time)\n# cause \(cause)\n".utf8) + body
        return text + "\(lastWords)\(sum(text[...]))\n".utf8
    }

    /// - Parameter isSumChecked: whether to check the checksum of the whole text; the head and the end are checked
    ///   always.
    package init(_ text: [UInt8], isSumChecked: Bool = true) throws(Malformed) {
        guard !text.isEmpty else { throw Malformed("it is empty") }
        guard text.starts(with: SavedText.head.utf8) else { throw Malformed("not a ruleset that keep6 saved") }
        guard text.last == 0x0a, let end = text.dropLast().lastIndex(of: 0x0a).map({ $0 + 1 }),
            text[end...].starts(with: SavedText.lastWords.utf8)
        else { throw Malformed("it is truncated: its end is missing") }
        if isSumChecked {
            guard text[end...].elementsEqual("\(SavedText.lastWords)\(SavedText.sum(text[..<end]))\n".utf8) else {
                throw Malformed("it has changed since it was saved: its checksum differs")
            }
        }
        var rest = text[..<end].dropFirst(SavedText.head.utf8.count)
        guard let time = SavedText.value(of: "# time ", in: &rest).flatMap(Int64.init), (0...1 << 40).contains(time),
            let cause = SavedText.value(of: "# cause ", in: &rest)
        else { throw Malformed("it does not say when and why it was saved") }
        self.time = time
        self.cause = cause
        body = rest
    }

    /// The names of its tables.
    package var tables: [String] {
        body.split(separator: 0x0a).filter { $0.first == UInt8(ascii: "*") }.map {
            String(decoding: $0.dropFirst(), as: UTF8.self)
        }
    }

    /// Reads the rules.
    package func saved() throws(Malformed) -> SavedRuleset {
        do { return SavedRuleset(read: try Ruleset(parsing: body), of: self) } catch {
            throw Malformed("\(error)")
        }
    }

    /// Removes a line that starts with the key, and returns the rest of it.
    private static func value(of key: String, in rest: inout ArraySlice<UInt8>) -> String? {
        guard rest.starts(with: key.utf8), let end = rest.firstIndex(of: 0x0a) else { return nil }
        defer { rest = rest[(end + 1)...] }
        return String(decoding: rest[..<end].dropFirst(key.utf8.count), as: UTF8.self)
    }

    /// FNV-1a, 64 bits, over words of eight bytes and then over the remaining bytes. It detects truncated writes and
    /// worn disks, not an attacker, who cannot write here.
    private static func sum(_ bytes: ArraySlice<UInt8>) -> String {
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325
        bytes.withUnsafeBytes { buffer in
            let words = buffer.count / 8
            for place in 0..<words {
                let word = buffer.loadUnaligned(fromByteOffset: place * 8, as: UInt64.self)
                sum = (sum ^ UInt64(littleEndian: word)) &* 0x100_0000_01b3
            }
            for byte in buffer[(words * 8)...] { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        return String(sum, radix: 16)
    }
}
