// Text in columns, for a terminal.

extension String {
    /// Filled up with spaces.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    /// Without the spaces at its end.
    var trimmed: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }

    /// Lines of so many columns, broken at spaces where there are any; all but the first are indented. There is always one.
    func wrapped(at width: Int = 80, indentation: Int) -> [String] {
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
