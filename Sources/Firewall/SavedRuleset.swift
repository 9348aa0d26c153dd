// A version of the administrator's ruleset as keep6 stores it: when and why it was saved, and that it is whole.
import Internet

/// A saved ruleset. Its text is one that ip6tables-restore(8) reads as well, for what keep6 adds are comments.
public struct SavedRuleset: Equatable, Sendable {
    public var ruleset: Ruleset
    /// Seconds since 1970.
    public var time: Int64
    /// Why it was saved, half a sentence.
    public var cause: String

    /// - Parameter ruleset: the administrator's own, whose counters and comments are not stored.
    public init(_ ruleset: Ruleset, time: Int64, cause: String) {
        self.ruleset = ruleset.withoutCounters
        self.time = time
        self.cause = printable(Array(cause.utf8)[...])
    }

    private static let head = "# keep6-ruleset 1\n"
    private static let lastWords = "# keep6-end "

    public var text: [UInt8] {
        let lines = SavedRuleset.head + "# time \(time)\n# cause \(cause)\n"
        let text = Array(lines.utf8) + ruleset.text
        return text + "\(SavedRuleset.lastWords)\(SavedRuleset.sum(text[...]))\n".utf8
    }

    /// Reads the text back; one that is torn, changed or foreign is an error as a whole.
    public init(text: [UInt8]) throws(Malformed) {
        guard !text.isEmpty else { throw Malformed("it is empty") }
        guard text.starts(with: SavedRuleset.head.utf8) else { throw Malformed("it is no ruleset that keep6 saved") }
        guard text.last == 0x0a, let end = text.dropLast().lastIndex(of: 0x0a).map({ $0 + 1 }),
            text[end...].starts(with: SavedRuleset.lastWords.utf8)
        else { throw Malformed("it is torn: its end is missing") }
        guard text[end...].elementsEqual("\(SavedRuleset.lastWords)\(SavedRuleset.sum(text[..<end]))\n".utf8) else {
            throw Malformed("it is not as it was saved: its checksum differs")
        }
        do { ruleset = try Ruleset(parsing: text) } catch { throw Malformed("\(error)") }
        let heading = (ruleset.tables.first?.heading ?? ruleset.trailer).map { String(decoding: $0, as: UTF8.self) }
        guard heading.count > 2, heading[1].hasPrefix("# time "), let time = Int64(heading[1].dropFirst(7)),
            (0...1 << 40).contains(time), heading[2].hasPrefix("# cause ")
        else { throw Malformed("it does not say when and why it was saved") }
        self.time = time
        cause = String(heading[2].dropFirst(8))
        ruleset.trailer = []
        for table in ruleset.tables.indices { ruleset.tables[table].heading = [] }
    }

    /// FNV-1a, 64 bits: against torn writes and worn disks, not against an attacker, who could not write here.
    private static func sum(_ bytes: ArraySlice<UInt8>) -> String {
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(sum, radix: 16)
    }
}
