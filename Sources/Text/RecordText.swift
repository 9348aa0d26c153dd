// The form of the files in which keep6 remembers something: `keep6-NAME 1`, a line for each value, `end`.
import Internet

/// Writes and reads the frame that shows whether a text is whole, and the times in it.
package enum RecordText {
    /// The lines between their first, which says what they are, and their last.
    package static func framed(_ name: String, _ lines: [String]) -> String {
        (["keep6-\(name) 1"] + lines + ["end"]).joined(separator: "\n") + "\n"
    }

    /// What stands in the frame; an error where it is not whole, is another's, or has more lines than there can be.
    package static func lines(of name: String, in text: String, limit: Int = .max) throws(Malformed) -> ArraySlice<
        Substring
    > {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 3, lines.first == "keep6-\(name) 1", lines.suffix(2).elementsEqual(["end", ""]),
            lines.count - 3 <= limit
        else { throw Malformed("it is truncated, or of another version") }
        return lines.dropFirst().dropLast(2)
    }

    /// A time in microseconds; `-` stands for none.
    package static func word(_ microseconds: Int64?) -> String { microseconds.map { "\($0)" } ?? "-" }

    /// Reads a time; none is believed that calculations could overflow with (2^53 us are 285 years).
    package static func time(_ word: String) throws(Malformed) -> Int64? {
        if word == "-" { return nil }
        guard let microseconds = Int64(word), (0...1 << 53).contains(microseconds) else {
            throw Malformed("the time '\(word)'")
        }
        return microseconds
    }
}
