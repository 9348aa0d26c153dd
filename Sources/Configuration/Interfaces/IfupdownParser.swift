// Reads /etc/network/interfaces as ifupdown 0.8.41 to 0.8.44 does (its config.c), and says where it would stop; and what

// keep6 needs of it as ifupdown2 does.

extension InterfacesTree {
    /// What the file at `path` and all that it sources say; what cannot be read becomes a problem.
    package init(reading path: String, with reader: FileReader) {
        var parser = IfupdownParser(reader: reader)
        parser.readFile(path, from: nil, depth: 0)
        self = parser.tree
    }
}

struct IfupdownParser {
    let reader: FileReader
    let program: InterfacesProgram
    var tree = InterfacesTree()
    private var seen: Set<String> = []
    private var firstStanza: [String: Int] = [:]
    private var items = 0
    private var bytesRead = 0
    private var isFull = false

    /// The block that a line without a keyword belongs to.
    private enum Block {
        case none
        case stanza(Int)
        case mapping(Int)
    }

    init(reader: FileReader, for program: InterfacesProgram = .ifupdown) {
        self.reader = reader
        self.program = program
        tree.program = program
    }

    /// Reads a file unless it was read before under the same path, as ifupdown does.
    mutating func readFile(_ path: String, from source: FileLine?, isNamed: Bool = true, depth: Int) {
        guard !isFull, !seen.contains(path) else { return }
        let place = source ?? FileLine(file: path, line: 0)
        guard depth <= ReadLimit.depth else {
            return stop(place, "'\(path)' is included \(depth) levels deep, as in a loop; keep6 reads no further")
        }
        guard seen.count < ReadLimit.files else {
            return stop(place, "more than \(ReadLimit.files) files are included; keep6 reads no further")
        }
        let bytes: [UInt8]
        do throws(FileTrouble) {
            bytes = try reader.read(path, ReadLimit.fileBytes + 1)
        } catch {
            switch error {
            case .missing where !isNamed: break
            case .missing: note(place, .warning, "there is no file '\(path)'; ifupdown continues without it")
            case .other(let reason): note(place, .error, "cannot read '\(path)': \(reason)")
            }
            return
        }
        seen.insert(path)
        guard bytes.count <= ReadLimit.fileBytes else {
            return note(place, .error, "'\(path)' is larger than 1 MiB; keep6 does not read it")
        }
        bytesRead += bytes.count
        guard bytesRead <= ReadLimit.allBytes else {
            return stop(place, "the included files are larger than 16 MiB in total; keep6 reads no further")
        }
        parse(bytes, of: path, depth: depth)
    }

    /// An error ends the reading of this file, not of the one that sources it.
    private mutating func parse(_ bytes: [UInt8], of file: String, depth: Int) {
        var lines = IfupdownLines(bytes)
        var block = Block.none
        while !isFull, let line = lines.next() {
            var words = LineWords(line.text)
            let place = FileLine(file: file, line: line.number)
            do throws(Finding) {
                guard let keyword = words.next() else { continue }
                try parse(keyword, &words, at: place, in: &block, depth: depth)
            } catch {
                let effect =
                    depth == 0
                    ? "ifup and ifdown refuse to do anything until you correct it"
                    : "ifupdown ignores the rest of this file"
                note(error.place, .error, "\(error.sentence); \(effect)")
                return
            }
            if words.isCut { note(place, .warning, "ifupdown reads only the first 79 bytes of a longer word") }
        }
    }

    private mutating func parse(
        _ keyword: String, _ words: inout LineWords, at place: FileLine, in block: inout Block, depth: Int
    ) throws(Finding) {
        switch keyword {
        case "mapping":
            count(1, at: place)
            tree.mappings.append(Mapping(place: place, patterns: words.all()))
            block = .mapping(tree.mappings.count - 1)
        case "source":
            source(words.rest, at: place, depth: depth)
            block = .none
        case _ where keyword.hasPrefix("source-dir"):
            sourceDirectory(words.rest, at: place, depth: depth)
            block = .none
        case "iface":
            let stanza = try header(&words, at: place)
            count(1 + stanza.lines.count, at: place)
            for key in [stanza.interface, stanza.interface + " " + stanza.family] where firstStanza[key] == nil {
                firstStanza[key] = tree.stanzas.count
            }
            tree.stanzas.append(stanza)
            block = .stanza(tree.stanzas.count - 1)
        case "auto": select(.allow("auto"), &words, at: place, in: &block)
        case _ where keyword.hasPrefix("allow-") && keyword != "allow-":
            select(.allow(String(keyword.dropFirst(6))), &words, at: place, in: &block)
        case "no-auto-down": select(.noAutoDown, &words, at: place, in: &block)
        case "no-scripts": select(.noScripts, &words, at: place, in: &block)
        case "rename":
            block = .none
            select(.rename, &words, at: place, in: &block)
        default: try option(keyword, words.rest, at: place, in: block)
        }
    }

    /// The names that follow, or, where there are none inside a stanza, its interface: then the stanza goes on.
    private mutating func select(
        _ kind: Selection.Kind, _ words: inout LineWords, at place: FileLine, in block: inout Block
    ) {
        var names = words.all()
        if names.isEmpty, case .stanza(let index) = block {
            names = [tree.stanzas[index].interface]
        } else {
            block = .none
        }
        count(names.count, at: place)
        tree.selections += names.map { Selection(place: place, kind: kind, name: $0) }
    }

    private mutating func option(
        _ word: String, _ value: String, at place: FileLine, in block: Block
    ) throws(Finding) {
        count(1, at: place)
        switch block {
        case .stanza(let index):
            guard !value.isEmpty else { throw Finding(place, .error, "option '\(word)' has no value") }
            tree.stanzas[index].lines.append(OptionLine(place: place, word: word, value: value))
        case .mapping(let index) where word == "script":
            guard tree.mappings[index].script == nil else {
                throw Finding(place, .error, "this mapping already has a script; write only one")
            }
            tree.mappings[index].script = value
        case .mapping(let index) where word == "map": tree.mappings[index].maps.append(value)
        case .mapping: throw Finding(place, .error, "only 'script' and 'map' may stand in a mapping, not '\(word)'")
        case .none:
            throw Finding(place, .error, "option '\(word)' is outside a stanza; put it below its 'iface' line")
        }
    }
}

extension IfupdownParser {
    /// The methods that ifupdown has on Linux (its *.defn), by family.
    private static let methods = [
        "inet": ["loopback", "static", "manual", "dhcp", "bootp", "tunnel", "ppp", "wvdial", "ipv4ll"],
        "inet6": ["auto", "loopback", "static", "manual", "dhcp", "tunnel", "v4tunnel", "6to4"],
        "ipx": ["static", "dynamic"], "can": ["static"], "meta": ["none"],
    ]

    /// `iface NAME [FAMILY [METHOD]] [inherits TEMPLATE]`; without a template, family and method must be there.
    private mutating func header(_ words: inout LineWords, at place: FileLine) throws(Finding) -> Stanza {
        func wrong(_ sentence: String) -> Finding { Finding(place, .error, sentence) }
        guard let name = words.next() else { throw wrong("'iface' has no name after it; \(example)") }
        if program == .ifupdown2 { return header(of: name, &words, at: place) }
        guard let family = words.next() else { throw wrong("the family is missing; \(example)") }
        if family == "inherits" { return try heir(name, family: nil, method: nil, &words, at: place) }
        guard let methods = IfupdownParser.methods[family] else {
            throw wrong("unknown family '\(family)'; \(example)")
        }
        guard let method = words.next() else { throw wrong("the method is missing; \(example)") }
        if method == "inherits" { return try heir(name, family: family, method: nil, &words, at: place) }
        guard methods.contains(method) else {
            throw wrong("\(family) has no method '\(method)'; its methods are \(methods.joined(separator: ", "))")
        }
        if let extra = words.next() {
            if extra == "inherits" { return try heir(name, family: family, method: method, &words, at: place) }
            note(place, .warning, "'\(extra)' is one word too many, and ifupdown ignores it")
        }
        return Stanza(place: place, interface: name, family: family, method: method, template: nil, lines: [])
    }

    /// ifupdown2 needs neither family nor method, and runs hooks for a stanza whatever they are, even where it knows the
    /// method not (`_addrfams` in its networkinterfaces.py).
    private mutating func header(of name: String, _ words: inout LineWords, at place: FileLine) -> Stanza {
        let family = words.next()
        let method = words.next() ?? (name == "lo" ? "loopback" : "static")
        if let family, !["static", "manual", "loopback", "dhcp", "dhcp6", "ppp", "tunnel"].contains(method) {
            let sentence =
                "ifupdown2 has no method '\(method)', so each ifup fails; write"
                + " 'iface \(name) \(family) manual', with which the kernel also accepts router advertisements"
            note(place, .error, sentence)
        }
        return Stanza(
            place: place, interface: name, family: "inet6", method: method, template: nil, lines: [], program: program)
    }

    private var example: String { "write 'iface eth0 inet6 static'" }

    /// A stanza that starts with the lines of the first one of that name, and of that family if one is given.
    private func heir(
        _ name: String, family: String?, method: String?, _ words: inout LineWords, at place: FileLine
    ) throws(Finding) -> Stanza {
        guard let template = words.next() else {
            throw Finding(place, .error, "the name of a stanza is missing after 'inherits'")
        }
        guard let index = firstStanza[family.map { template + " " + $0 } ?? template] else {
            let kind = family.map { "\($0) stanza" } ?? "stanza"
            throw Finding(place, .error, "there is no \(kind) '\(template)' above this line to inherit from")
        }
        let parent = tree.stanzas[index]
        return Stanza(
            place: place, interface: name, family: family ?? parent.family, method: method ?? parent.method,
            template: template, lines: parent.lines)
    }

    private mutating func source(_ path: String, at place: FileLine, depth: Int) {
        for path in expanded(path, at: place) {
            count(1, at: place)
            readFile(path, from: place, isNamed: !isPattern(path), depth: depth + 1)
        }
    }

    /// Files whose names have only letters, digits, `_` and `-`, in the order of their bytes.
    private mutating func sourceDirectory(_ path: String, at place: FileLine, depth: Int) {
        for directory in expanded(path, at: place) {
            count(1, at: place)
            do throws(FileTrouble) {
                let names = try reader.list(directory).filter { !$0.isEmpty && $0.utf8.allSatisfy(isNameByte) }
                for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
                    readFile(directory + "/" + name, from: place, depth: depth + 1)
                }
            } catch {
                let reason = if case .other(let reason) = error { reason } else { "it does not exist" }
                if !isPattern(directory) {
                    note(place, .warning, "skipped the directory '\(directory)': \(reason)")
                }
            }
        }
    }

    /// Relative to the directory of the file that has the line.
    private mutating func expanded(_ path: String, at place: FileLine) -> [String] {
        let slash = place.file.utf8.lastIndex(of: UInt8(ascii: "/"))
        let directory = slash.map { $0 == place.file.startIndex ? "/" : String(place.file[..<$0]) } ?? "."
        let pattern = path.hasPrefix("/") ? path : directory + "/" + path
        do throws(FileTrouble) {
            return try reader.expand(pattern)
        } catch {
            let reason = if case .other(let reason) = error { reason } else { "no such file" }
            note(place, .warning, "ifupdown ignores this line because it cannot expand '\(pattern)': \(reason)")
            return []
        }
    }

    fileprivate mutating func note(_ place: FileLine, _ severity: Finding.Severity, _ sentence: String) {
        tree.problems.append(Finding(place, severity, sentence))
    }

    private mutating func stop(_ place: FileLine, _ sentence: String) {
        note(place, .error, sentence)
        isFull = true
    }

    private mutating func count(_ more: Int, at place: FileLine) {
        items += more
        if items > ReadLimit.items, !isFull {
            stop(place, "more than \(ReadLimit.items) stanzas, lines in them and names; keep6 reads no further")
        }
    }
}
