// The lines of a .network file, cut as systemd cuts them (its conf-parser.c and fileio.c, 252 to 257 alike).

/// A file's lines with continuations joined and comments left out.
///
/// `#` and `;` start a comment as the first thing on a line, even inside a continuation, which continues after it. A
/// backslash as the last byte continues a line, and becomes a space; two of them do not (systemd.syntax(7)).
struct UnitFileLines {
    private var rest: ArraySlice<UInt8>
    private var number = 0

    private var hasMark = false

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// The next line with the number of its first physical line; systemd's own messages name the last one.
    mutating func next() -> (number: Int, text: ArraySlice<UInt8>)? {
        var text: [UInt8] = []
        var first: Int?
        while let line = physical() {
            if let byte = line.first(where: { !isBlank($0) }), "#;".utf8.contains(byte) { continue }
            text += withoutMark(line)
            first = first ?? number
            guard isContinued(text) else { break }
            text[text.count - 1] = UInt8(ascii: " ")
        }
        return first.map { ($0, text[...]) }
    }

    /// The first byte order mark at the start of a line is none of its text.
    private mutating func withoutMark(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        guard !hasMark, line.starts(with: mark) else { return line }
        hasMark = true
        return line.dropFirst(mark.count)
    }

    private func isContinued(_ text: [UInt8]) -> Bool {
        !text.reversed().prefix { $0 == UInt8(ascii: "\\") }.count.isMultiple(of: 2)
    }

    /// Up to a line feed, a carriage return or a NUL; each further one of another kind belongs to the same line end.
    private mutating func physical() -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        number += 1
        let line = rest.prefix { !isLineEnd($0) }
        rest = rest.dropFirst(line.count)
        var ends: [UInt8] = []
        while let byte = rest.first, isLineEnd(byte), ends.last != 0, !ends.contains(byte) {
            ends.append(byte)
            rest = rest.dropFirst()
        }
        return line
    }
}

private func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0a || byte == 0x0d || byte == 0 }

/// systemd's WHITESPACE: space, tab and line ends.
func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d }

/// Without white space at both ends (systemd's strstrip).
func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var text = text.drop(while: isBlank)
    while let last = text.last, isBlank(last) { text = text.dropLast() }
    return text
}
