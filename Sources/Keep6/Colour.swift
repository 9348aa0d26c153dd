// A colour on a terminal.

/// By the number that a terminal knows it by (console_codes(4), SGR).
enum Colour: Int, Sendable {
    case faint = 2
    case red = 31
    case green = 32
    case yellow = 33
    case magenta = 35

    /// What makes a terminal write in it.
    var sequence: String { "\u{1b}[\(rawValue)m" }

    /// What ends every colour.
    static let end = "\u{1b}[0m"

    /// The text in this colour if colours are wanted.
    func painted(_ text: String, if isColoured: Bool) -> String {
        isColoured ? sequence + text + Colour.end : text
    }
}
