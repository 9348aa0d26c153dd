// The words of a rule, split as ip6tables-restore splits them.

/// A cursor over the words of a line.
///
/// Blanks separate words, and so does a closing quote; inside quotes a backslash escapes the next byte (iptables 1.8,
/// xshared.c, add_param_to_argv).
struct RuleWords {
    private var rest: ArraySlice<UInt8>
    /// Whether the line ended inside quotes.
    private(set) var isOpen = false

    init(_ line: ArraySlice<UInt8>) { rest = line }

    /// All words of a line.
    static func all(in line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var reader = RuleWords(line)
        var words: [ArraySlice<UInt8>] = []
        while let word = reader.next() { words.append(word) }
        return words
    }

    mutating func next() -> ArraySlice<UInt8>? {
        rest = rest.drop { RuleWords.isBlank($0) }
        guard !rest.isEmpty else { return nil }
        let plain = rest.prefix { !RuleWords.isBlank($0) && $0 != RuleWords.quote }
        rest = rest.dropFirst(plain.count)
        guard rest.first == RuleWords.quote else { return plain }
        rest = rest.dropFirst()
        return (Array(plain) + quoted())[...]
    }

    /// The bytes up to the closing quote.
    private mutating func quoted() -> [UInt8] {
        var word: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == RuleWords.quote { return word }
            if byte != RuleWords.backslash {
                word.append(byte)
            } else if let escaped = rest.popFirst() {
                word.append(escaped)
            }
        }
        isOpen = true
        return word
    }

    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Whether every quote of a line is closed.
    static func areQuotesClosed(in line: ArraySlice<UInt8>) -> Bool {
        guard line.place(of: quote) != nil else { return true }
        var words = RuleWords(line)
        while words.next() != nil {}
        return !words.isOpen
    }

    /// The word after `-j` or `-g`, or after their long forms.
    ///
    /// ip6tables-save writes a comment that is just `-j` without quotes. An option follows it, and no target starts
    /// like an option. Because of such comments, `-jTARGET` and `--jump=TARGET`, which only people write, count only if
    /// the rule has no other target.
    static func target(in specification: ArraySlice<UInt8>) -> String? {
        var words = RuleWords(specification)
        var isAwaited = false
        var joined: String?
        while let word = words.next() {
            if isAwaited, word.first != UInt8(ascii: "-") { return String(decoding: word, as: UTF8.self) }
            isAwaited = jumps.contains { $0.elementsEqual(word) }
            joined = joined ?? joinedTarget(word)
        }
        return joined
    }

    private static let jumps: [[UInt8]] = ["-j", "-g", "--jump", "--goto"].map { Array($0.utf8) }

    /// The target in `--jump=TARGET` and `-jTARGET` (getopt_long(3)).
    private static func joinedTarget(_ word: ArraySlice<UInt8>) -> String? {
        guard word.count > 2, word.first == UInt8(ascii: "-"), !word.contains(where: isBlank) else { return nil }
        for prefix in jumps {
            let isLong = prefix.count > 2
            let start = isLong ? prefix + [UInt8(ascii: "=")] : prefix
            if word.count > start.count, word.starts(with: start) {
                return String(decoding: word.dropFirst(start.count), as: UTF8.self)
            }
        }
        return nil
    }
}
