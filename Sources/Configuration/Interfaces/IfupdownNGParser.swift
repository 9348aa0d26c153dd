// Reads /etc/network/interfaces as ifupdown-ng 0.11 and 0.12 do (its interface-file.c), and says where it would stop.

extension InterfacesTree {
    /// What the file at `path` and all that it sources say to this program.
    package init(reading path: String, with reader: FileReader, for program: InterfacesProgram) {
        switch program {
        case .ifupdown, .ifupdown2:
            var parser = IfupdownParser(reader: reader, for: program)
            parser.readFile(path, from: nil, depth: 0)
            self = parser.tree
        case .ifupdownNG, .oldIfupdownNG:
            var parser = IfupdownNGParser(reader: reader, for: program)
            _ = parser.readFile(path, from: FileLine(file: path, line: 0))
            self = parser.finished
        }
    }
}

/// All stanzas of one interface are one, whatever their families; a comment may follow a value.
private struct IfupdownNGParser {
    let reader: FileReader
    private var tree = InterfacesTree()
    private var seen: Set<String> = []
    /// Stanzas by the names of their interfaces.
    private var indices: [String: Int] = [:]
    private var current: Int?
    /// Stanzas that are there to be inherited from, and nothing else.
    private var templates: Set<String> = []
    private var items = 0
    private var bytesRead = 0

    init(reader: FileReader, for program: InterfacesProgram) {
        self.reader = reader
        tree.program = program
    }

    /// What was read, without the templates, whose options stand where they are inherited.
    var finished: InterfacesTree {
        var tree = tree
        tree.stanzas.removeAll { templates.contains($0.interface) }
        return tree
    }

    /// False if ifup refuses to do anything for it.
    mutating func readFile(_ path: String, from place: FileLine) -> Bool {
        guard seen.insert(path).inserted else { return true }
        guard seen.count <= ReadLimit.files else {
            return stop(place, "more than \(ReadLimit.files) files are included; keep6 reads no further")
        }
        let bytes: [UInt8]
        do throws(FileTrouble) {
            bytes = try reader.read(path, ReadLimit.fileBytes + 1)
        } catch {
            let reason =
                if case .other(let reason) = error { "cannot read '\(path)': \(reason)" } else { missing(path) }
            return stop(place, "\(reason); ifup and ifdown refuse to do anything until you correct it")
        }
        bytesRead += bytes.count
        guard bytes.count <= ReadLimit.fileBytes, bytesRead <= ReadLimit.allBytes else {
            return stop(place, "'\(path)' is larger than 1 MiB, or all files than 16; keep6 reads no further")
        }
        var lines = NGLines(bytes)
        while let line = lines.next() {
            guard parse(line.words, line.value, at: FileLine(file: path, line: line.number)) else { return false }
        }
        return true
    }

    private func missing(_ path: String) -> String {
        guard isPattern(path) else { return "there is no file '\(path)'" }
        let directory = path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
        return
            "this ifupdown-ng has no patterns, and there is no file '\(path)'; write 'source-directory \(directory)'"
    }

    /// The files after `source`; Debian 13's skips missing files.
    private mutating func source(_ path: String, from place: FileLine) -> Bool {
        guard tree.program == .ifupdownNG else { return readFile(path, from: place) }
        let paths = isPattern(path) ? (try? reader.expand(path)) ?? [] : [path]
        for path in paths where !isPattern(path) {
            do throws(FileTrouble) {
                _ = try reader.read(path, 1)
            } catch {
                note(place, .warning, "cannot read '\(path)'; ifupdown-ng continues without it")
                continue
            }
            guard readFile(path, from: place) else { return false }
        }
        return true
    }

    /// One line; `value` is the text after its first word. False if ifup would stop here.
    private mutating func parse(_ words: [String], _ value: String, at place: FileLine) -> Bool {
        items += 1
        guard items <= ReadLimit.items else {
            return stop(place, "more than \(ReadLimit.items) lines; keep6 reads no further")
        }
        let argument = words.count > 1 ? words[1] : ""
        switch words[0] {
        case "iface", "interface", "template":
            guard !argument.isEmpty else { break }
            current = stanza(argument, at: place)
            if words[0] == "template" { templates.insert(argument) }
            if let inherits = words.firstIndex(of: "inherits"), inherits + 1 < words.count {
                inherit(words[inherits + 1], at: place)
            }
        case "inherit": inherit(argument, at: place)
        case "auto": select(words, at: place)
        case "source":
            guard !argument.isEmpty else { break }
            return source(argument, from: place)
        case "source-directory": return readDirectory(argument, from: place)
        default:
            if words[0].hasPrefix("allow-") { notSelected(words, at: place) }
            guard let current else { break }
            tree.stanzas[current].lines.append(OptionLine(place: place, word: words[0], value: value))
        }
        return true
    }

    private mutating func stanza(_ name: String, at place: FileLine) -> Int {
        if let index = indices[name] { return index }
        let stanza = Stanza(
            place: place, interface: name, family: "inet6", method: name == "lo" ? "loopback" : "static", template: nil,
            lines: [], program: tree.program)
        tree.stanzas.append(stanza)
        indices[name] = tree.stanzas.count - 1
        return tree.stanzas.count - 1
    }

    /// It accepts one name per line, and the stanza of that name continues after it.
    private mutating func select(_ words: [String], at place: FileLine) {
        guard words.count > 1 else { return }
        tree.selections.append(Selection(place: place, kind: .allow("auto"), name: words[1]))
        current = stanza(words[1], at: place)
        if words.count > 2 {
            let others = words[2...].joined(separator: "' and '")
            note(
                place, .error,
                "ifupdown-ng accepts one name after 'auto' and ignores '\(others)'; write a line for each"
            )
        }
    }

    private mutating func notSelected(_ words: [String], at place: FileLine) {
        let lines = words.dropFirst().map { "'auto \($0)'" }.joined(separator: " and ")
        note(place, .warning, "ifupdown-ng does not know '\(words[0])', and brings nothing up for it; write \(lines)")
    }

    /// The first lines of an option that the stanza has none like yet.
    private mutating func inherit(_ name: String, at place: FileLine) {
        guard let current else { return }
        guard let parent = indices[name] else {
            let sentence = "there is no stanza '\(name)' above this line to inherit from"
            return note(place, .error, sentence)
        }
        guard parent != current else { return }
        templates.insert(name)
        let own = Set(tree.stanzas[current].lines.map { [$0.word, $0.value] })
        tree.stanzas[current].lines += tree.stanzas[parent].lines.filter { !own.contains([$0.word, $0.value]) }
        items += tree.stanzas[parent].lines.count
    }

    private mutating func readDirectory(_ path: String, from place: FileLine) -> Bool {
        do throws(FileTrouble) {
            for name in try reader.list(path).sorted() where !name.isEmpty {
                guard readFile(path + "/" + name, from: place) else { return false }
            }
        } catch {
            let reason = if case .other(let reason) = error { reason } else { "it does not exist" }
            note(place, .warning, "skipped the directory '\(path)': \(reason)")
        }
        return true
    }

    private mutating func note(_ place: FileLine, _ severity: Finding.Severity, _ sentence: String) {
        tree.problems.append(Finding(place, severity, sentence))
    }

    private mutating func stop(_ place: FileLine, _ sentence: String) -> Bool {
        note(place, .error, sentence)
        return false
    }
}

/// A file's lines as ifupdown-ng cuts them (its fgetline.c): `#` starts a comment anywhere except after a backslash,
/// and disappears with it; a backslash at the end continues a line.
private struct NGLines {
    private var rest: ArraySlice<UInt8>
    private var number = 0

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    /// The next line that starts with a letter: its words, and the text after the first.
    mutating func next() -> (number: Int, words: [String], value: String)? {
        while !rest.isEmpty {
            let first = number + 1
            let text = line()
            let bytes = text[...].drop(while: isSpace)
            guard let letter = bytes.first, isLetter(letter) else { continue }
            let words = bytes.split(whereSeparator: isSpace).map { String(decoding: $0, as: UTF8.self) }
            var value = bytes.drop { !isSpace($0) }.drop(while: isSpace)
            while let last = value.last, isSpace(last) { value.removeLast() }
            return (first, words, String(decoding: value, as: UTF8.self))
        }
        return nil
    }

    private mutating func line() -> [UInt8] {
        var text: [UInt8] = []
        number += 1
        while let byte = rest.popFirst(), byte != UInt8(ascii: "\n") {
            if byte == UInt8(ascii: "#") {
                rest = rest.drop { $0 != UInt8(ascii: "\n") }.dropFirst()
                break
            }
            guard byte == UInt8(ascii: "\\"), let next = rest.first else {
                text.append(byte)
                continue
            }
            switch next {
            case UInt8(ascii: "\n"):
                number += 1
                rest = rest.dropFirst().drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            case UInt8(ascii: "#"): rest.removeFirst()
            default: text.append(byte)
            }
        }
        return text
    }

    private func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte & 0xdf) }
}
