// Inputs made of the corpus, at random.
import TestSupport

/// Makes one input after the other: a file of the corpus with a few changes, or random bytes.
struct Mutator {
    private var random: SeededGenerator
    private let files: [[UInt8]]
    private let words: [[UInt8]]

    /// The largest input.
    private static let limit = 4096
    /// Numbers where a byte, a length or a calculation ends, and names that are none.
    private static let notable = [
        "0", "1", "-1", "7", "127", "128", "129", "255", "256", "3600", "65535", "65536", "4294967294", "4294967295",
        "4294967296", "9223372036854", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "", "-",
        "::", "..", "../x", "%s", "\\", "\\x", "\\\n", "\n", "\u{0}", "\u{fffd}", "#", "=", "*", "[a-]", "[!",
    ].map { Array($0.utf8) }

    init(_ files: [[UInt8]], seed: UInt64) {
        random = SeededGenerator(seed: seed)
        self.files = files
        words = Mutator.notable + files.flatMap { $0.split(whereSeparator: Mutator.isSpace).map { Array($0) } }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a }

    mutating func next() -> [UInt8] {
        if below(16) == 0 { return (0..<below(200)).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
        var input = files[below(files.count)]
        for _ in 0...below(8) { change(&input) }
        return Array(input.prefix(Mutator.limit))
    }

    private mutating func below(_ limit: Int) -> Int { limit == 0 ? 0 : Int.random(in: 0..<limit, using: &random) }

    /// A part of the bytes, more often a short one than a long one.
    private mutating func part(of bytes: [UInt8]) -> Range<Int> {
        let start = below(bytes.count + 1)
        let length = below(min(bytes.count - start, 1 << below(10)) + 1)
        return start..<start + length
    }

    private mutating func change(_ input: inout [UInt8]) {
        let place = below(input.count)
        switch below(9) {
        case 0 where !input.isEmpty: input[place] = UInt8(truncatingIfNeeded: random.next())
        case 1 where !input.isEmpty: input[place] ^= 1 << UInt8(below(8))
        case 2: input.insert([0, 1, 0xff, UInt8(truncatingIfNeeded: random.next())][below(4)], at: place)
        case 3: input.removeSubrange(part(of: input))
        case 4: input.insert(contentsOf: input[part(of: input)], at: place)
        case 5:
            let other = files[below(files.count)]
            input.replaceSubrange(part(of: input), with: other[part(of: other)])
        case 6: overwrite(&input, at: place)
        default: replaceWord(&input, around: place)
        }
    }

    /// Puts an integer of 1, 2, 4 or 8 bytes there that is near a power of two.
    private mutating func overwrite(_ input: inout [UInt8], at place: Int) {
        let number = (1 << UInt64(below(64))) &+ UInt64(below(3)) &- 1
        let bytes = withUnsafeBytes(of: below(2) == 0 ? number : ~number) { Array($0) }.prefix(1 << below(4))
        input.replaceSubrange(place..<min(place + bytes.count, input.count), with: bytes)
    }

    private mutating func replaceWord(_ input: inout [UInt8], around place: Int) {
        let start = input[..<place].lastIndex(where: Mutator.isSpace).map { $0 + 1 } ?? 0
        let end = input[place...].firstIndex(where: Mutator.isSpace) ?? input.count
        input.replaceSubrange(min(start, end)..<end, with: words[below(words.count)])
    }
}
