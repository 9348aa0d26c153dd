// The lines of an interfaces file and the words of a line, cut as ifupdown cuts them (its config.c).

/// A file's lines with continuations joined, comments left out, and white space at both ends taken off.
///
/// A `#` makes a comment only as the first thing on a line, a comment is not continued, and a backslash continues a
/// line only as its very last byte. What follows it is taken as it is, white space and `#` included.
struct IfupdownLines {
    private var rest: ArraySlice<UInt8>
    private var number = 0

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// The next line with the number of its first physical line; ifupdown's own messages name the last one.
    mutating func next() -> (number: Int, text: ArraySlice<UInt8>)? {
        var text: [UInt8] = []
        repeat {
            guard let line = physical() else { return nil }
            text = Array(line.drop(while: isSpace))
        } while text.first == UInt8(ascii: "#")
        let first = number
        while text.last == UInt8(ascii: "\\") {
            text.removeLast()
            guard let more = physical() else {
                if text.isEmpty { return nil }
                continue
            }
            text += more
        }
        while let last = text.last, isSpace(last) { text.removeLast() }
        return (first, text[...])
    }

    /// Up to a line end, and up to a NUL, where C's strings end.
    private mutating func physical() -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        number += 1
        let line = rest[..<(rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex)]
        rest = rest.dropFirst(line.count + 1)
        return line[..<(line.firstIndex(of: 0) ?? line.endIndex)]
    }
}

/// The words of a line, the first 79 bytes of each.
struct LineWords {
    private var bytes: ArraySlice<UInt8>
    /// Whether a word was longer: ifupdown then leaves its last byte to chance.
    private(set) var isCut = false

    init(_ line: ArraySlice<UInt8>) { bytes = line }

    /// What is left of the line.
    var rest: String { String(decoding: bytes, as: UTF8.self) }

    /// The next word; nil at the end. It is empty if the line starts with white space, as a continued one can.
    mutating func next() -> String? {
        guard !bytes.isEmpty else { return nil }
        let word = bytes.prefix { !isSpace($0) }
        bytes = bytes.dropFirst(word.count).drop(while: isSpace)
        if word.count > 79 { isCut = true }
        return String(decoding: word.prefix(79), as: UTF8.self)
    }

    mutating func all() -> [String] {
        var words: [String] = []
        while let word = next() { words.append(word) }
        return words
    }
}

/// isspace(3) in the C locale: space, and tab to carriage return.
func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

/// What a name may consist of that a `source-directory` line takes.
func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
    default: false
    }
}

/// Whether the path is a pattern that wordexp(3) could not expand, and not the name of a file.
func isPattern(_ path: String) -> Bool { path.utf8.contains { "*?[".utf8.contains($0) } }
