// Reads what ip6tables-save writes, and refuses what ip6tables-restore would read differently.

/// What is wrong in a ruleset, and in which line, counted from 1; 0 means the whole ruleset.
package struct MalformedRuleset: Error, Equatable, Sendable, CustomStringConvertible {
    package let line: Int
    package let sentence: String

    package init(line: Int, _ sentence: String) {
        self.line = line
        self.sentence = sentence
    }

    package var description: String { line == 0 ? sentence : "line \(line): \(sentence)" }
}

extension Ruleset {
    /// The size limit in bytes: some 300,000 rules.
    package static let byteLimit = 32 << 20
    /// The longest line that ip6tables-restore reads as one (its buffer is 10,240 bytes).
    static let lineLimit = 10_238

    /// Reads a ruleset; anything that it does not fully understand is an error that names the line.
    ///
    /// A table must be complete: it must end with COMMIT, and declare its chains before their rules.
    package init(parsing bytes: [UInt8]) throws(MalformedRuleset) { try self.init(parsing: bytes[...]) }

    init(parsing bytes: ArraySlice<UInt8>) throws(MalformedRuleset) {
        guard bytes.count <= Ruleset.byteLimit else {
            throw MalformedRuleset(line: 0, "it is larger than \(Ruleset.byteLimit >> 20) MiB, too large for a ruleset")
        }
        var parser = RulesetParser()
        var rest = bytes
        while !rest.isEmpty {
            let end = rest.place(of: 0x0a) ?? rest.endIndex
            try parser.parse(rest[..<end])
            rest = rest[end...].dropFirst()
        }
        self = try parser.finish()
    }
}

private struct RulesetParser {
    private var ruleset = Ruleset()
    private var number = 0
    private var comments: [ArraySlice<UInt8>] = []
    /// The table that the parser is reading.
    private var table: Table?
    private var places: [ArraySlice<UInt8>: Int] = [:]
    /// The chain of the last rule, because the rules of a chain follow one another.
    private var last: (name: ArraySlice<UInt8>, place: Int)?

    mutating func parse(_ line: ArraySlice<UInt8>) throws(MalformedRuleset) {
        number += 1
        guard line.count <= Ruleset.lineLimit else {
            throw wrong("it is longer than \(Ruleset.lineLimit) bytes, the limit of ip6tables-restore")
        }
        guard line.place(of: 0) == nil else { throw wrong("it has a NUL byte") }
        switch line.first {
        case nil: break
        case UInt8(ascii: "#"): if table == nil { comments.append(line) }
        case UInt8(ascii: "*"): try begin(line)
        case UInt8(ascii: ":"): try declare(line)
        case UInt8(ascii: "-"), UInt8(ascii: "["): try append(line)
        case _ where line.elementsEqual("COMMIT".utf8):
            guard let table else { throw wrong("COMMIT is outside a table") }
            ruleset.tables.append(table)
            self.table = nil
        default: throw wrong("not a line of ip6tables-save: '\(shown(line))'")
        }
    }

    mutating func finish() throws(MalformedRuleset) -> Ruleset {
        if let table { throw wrong("the table '\(table.name)' has no COMMIT: the end is missing") }
        ruleset.trailer = comments
        return ruleset
    }

    private mutating func begin(_ line: ArraySlice<UInt8>) throws(MalformedRuleset) {
        if let table { throw wrong("a table begins before the COMMIT of '\(table.name)'") }
        let name = try name(line.dropFirst(), "table")
        guard ruleset.table(name) == nil else { throw wrong("the table '\(name)' occurs twice") }
        var table = Table(name)
        table.heading = comments
        comments = []
        places = [:]
        last = nil
        self.table = table
    }

    /// `:CHAIN POLICY [packets:bytes]`; people omit the counters.
    private mutating func declare(_ line: ArraySlice<UInt8>) throws(MalformedRuleset) {
        guard table != nil else { throw wrong("a chain is outside a table") }
        let words = line.dropFirst().split { RuleWords.isBlank($0) }
        guard words.count == 2 || words.count == 3 else { throw wrong("write it as ':NAME POLICY [packets:bytes]'") }
        var chain = Chain(try name(words[0], "chain"))
        let policy = String(decoding: words[1], as: UTF8.self)
        switch policy {
        case "-": break
        case "ACCEPT", "DROP": chain.policy = policy
        default: throw wrong("'\(shown(words[1]))' is not a policy; write ACCEPT, DROP, or '-' for an added chain")
        }
        if words.count == 3 { chain.counters = try counters(words[2]) }
        guard places[words[0]] == nil else { throw wrong("the chain '\(chain.name)' is declared twice") }
        places[words[0]] = table?.chains.count
        table?.chains.append(chain)
    }

    /// `[packets:bytes] -A CHAIN ...`
    private mutating func append(_ line: ArraySlice<UInt8>) throws(MalformedRuleset) {
        guard table != nil else { throw wrong("a rule is outside a table") }
        var rest = line
        var rule = Rule([])
        if line.first == UInt8(ascii: "[") { rule.counters = try counters(RulesetParser.word(&rest)) }
        guard RulesetParser.word(&rest).elementsEqual("-A".utf8) else {
            throw wrong("write a rule as '-A CHAIN ...', not '\(shown(line))'")
        }
        let name = RulesetParser.word(&rest)
        let place: Int
        if let last, last.name == name {
            place = last.place
        } else {
            guard let found = places[name] else {
                throw wrong("the chain '\(shown(name))' is not declared; write ':\(shown(name)) ...' before it")
            }
            place = found
            last = (name, place)
        }
        guard RuleWords.areQuotesClosed(in: rest) else { throw wrong("a quote is not closed") }
        rule.specification = rest
        table?.chains[place].rules.append(rule)
    }

    /// The next word; skips the blanks after it.
    private static func word(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let word = rest.prefix { !RuleWords.isBlank($0) }
        rest = rest.dropFirst(word.count).drop { RuleWords.isBlank($0) }
        return word
    }

    private func name(_ bytes: ArraySlice<UInt8>, _ kind: String) throws(MalformedRuleset) -> String {
        let isPlain = bytes.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\"") }
        guard isPlain, (1...64).contains(bytes.count), bytes.first != UInt8(ascii: "-") else {
            throw wrong("'\(shown(bytes))' is not a name of a \(kind)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func counters(_ word: ArraySlice<UInt8>) throws(MalformedRuleset) -> Counters {
        let inner = word.dropFirst().dropLast()
        let first = inner.prefix { $0 != UInt8(ascii: ":") }
        guard word.first == UInt8(ascii: "["), word.last == UInt8(ascii: "]"), first.count < inner.count,
            let packets = number(first), let bytes = number(inner.dropFirst(first.count + 1))
        else { throw wrong("'\(shown(word))' is not a pair of counters; write '[packets:bytes]'") }
        return Counters(packets: packets, bytes: bytes)
    }

    private func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        guard (1...20).contains(digits.count) else { return nil }
        var value: UInt64 = 0
        for byte in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = tens.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            if isTooLarge || overflows { return nil }
            value = sum
        }
        return value
    }

    private func wrong(_ sentence: String) -> MalformedRuleset { MalformedRuleset(line: number, sentence) }

    private func shown(_ bytes: ArraySlice<UInt8>) -> String { printable(bytes.prefix(60)) }
}

/// Bytes for people: replaces all but printable ASCII, which could do anything to a terminal, by `?`.
func printable(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes.map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
}
