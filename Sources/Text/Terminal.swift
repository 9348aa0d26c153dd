// Text in columns, for a terminal.

extension String {
    /// Filled up with spaces.
    package func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    /// Without the spaces at its end.
    package var trimmed: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }

    /// Lines of so many columns, broken at spaces where there are any; all but the first are indented. There is always one.
    package func wrapped(at width: Int = 80, indentation: Int) -> [String] {
        var lines: [String] = []
        var rest = self[...]
        while rest.count > width {
            let head = rest.prefix(width + 1)
            let breakable = head.dropFirst(indentation + 1)
            let end = breakable.lastIndex(of: " ") ?? rest.index(rest.startIndex, offsetBy: width)
            lines.append(String(rest[..<end]))
            let tail = rest[end...].drop { $0 == " " }
            rest = (String(repeating: " ", count: indentation) + tail)[...]
        }
        return lines + [String(rest)]
    }
}

/// By the number that a terminal knows it by (console_codes(4), SGR).
package enum Color: Int, Sendable {
    case faint = 2
    case red = 31
    case green = 32
    case yellow = 33
    case magenta = 35

    /// What makes a terminal write in it.
    package var sequence: String { "\u{1b}[\(rawValue)m" }

    /// What ends every color.
    package static let end = "\u{1b}[0m"

    /// The text in this color if colors are wanted.
    package func painted(_ text: String, if isColored: Bool) -> String {
        isColored ? sequence + text + Color.end : text
    }
}
