// What a .network file says, with its drop-ins: sections of assignments, each with its file and line.

/// `Key=value`, as written (systemd.syntax(7)).
package struct NetworkAssignment: Equatable, Sendable {
    package let place: FileLine
    package let key: String
    package let value: String

    var boolean: Bool? { systemdBoolean(value) }
}

/// A boolean as systemd reads it (its parse_boolean); nil if it is none.
func systemdBoolean(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "1", "yes", "y", "true", "t", "on": true
    case "0", "no", "n", "false", "f", "off": false
    default: nil
    }
}

/// One `[Name]` and what follows it.
package struct NetworkSection: Equatable, Sendable {
    package let place: FileLine
    package let name: String
    package internal(set) var assignments: [NetworkAssignment] = []
}

/// A `.network` file and its drop-ins, as systemd-networkd 252 to 257 reads them (systemd.network(5)).
package struct NetworkFile: Equatable, Sendable {
    package let path: String
    /// The drop-ins that were read after it, in this order.
    package internal(set) var dropIns: [String] = []
    /// In the order of reading. networkd merges sections of one name, except `[Address]`, `[Route]` and similar ones.
    package internal(set) var sections: [NetworkSection] = []
    package internal(set) var problems: [Finding] = []
    /// Whether networkd takes none of it, for a line that it cannot read.
    package internal(set) var isRefused = false

    package init(path: String) { self.path = path }

    package func sections(named name: String) -> [NetworkSection] { sections.filter { $0.name == name } }

    /// All that stands in sections of that name.
    func assignments(in section: String) -> [NetworkAssignment] {
        sections(named: section).flatMap(\.assignments)
    }

    /// The assignments of one key, in the order in which they count.
    func assignments(of key: String, in section: String) -> [NetworkAssignment] {
        assignments(in: section).filter { $0.key == key }
    }

}

extension NetworkFile {
    /// Adds what one file says: the main file first, then each drop-in.
    ///
    /// - Parameter room: how many more sections and assignments are taken.
    package mutating func append(_ bytes: [UInt8], of path: String, room: inout Int) {
        var lines = UnitFileLines(bytes)
        var isInSection = false
        while let line = lines.next() {
            let text = trimmed(line.text)
            guard let first = text.first else { continue }
            let place = FileLine(file: path, line: line.number)
            guard room > 0 else {
                let sentence = "more than \(ReadLimit.items) sections and assignments; keep6 reads no further"
                return problems.append(Finding(place, .error, sentence))
            }
            guard let valid = String(validating: text, as: UTF8.self), valid.unicodeScalars.allSatisfy(isCharacter)
            else {
                refuse(place, "this line is not UTF-8")
                continue
            }
            if first == UInt8(ascii: "[") {
                room -= 1
                isInSection = true
                open(valid, at: place)
            } else if !isInSection {
                note(place, "'\(valid)' is before the first section; put it below its [Section]")
            } else {
                assign(text, at: place, room: &room)
            }
        }
    }

    private mutating func open(_ header: String, at place: FileLine) {
        let name = String(header.dropFirst().dropLast())
        guard header.utf8.last == UInt8(ascii: "]"), name.utf8.allSatisfy(isSafe) else {
            sections.append(NetworkSection(place: place, name: header))
            return refuse(place, "'\(header)' is not a section; write '[Network]', with nothing after it")
        }
        sections.append(NetworkSection(place: place, name: name))
    }

    private mutating func assign(_ text: ArraySlice<UInt8>, at place: FileLine, room: inout Int) {
        guard let equals = text.firstIndex(of: UInt8(ascii: "=")), equals != text.startIndex else {
            return note(place, "'\(String(decoding: text, as: UTF8.self))' is not 'Key=value'; networkd ignores it")
        }
        room -= 1
        let assignment = NetworkAssignment(
            place: place, key: String(decoding: trimmed(text[..<equals]), as: UTF8.self),
            value: String(decoding: trimmed(text[(equals + 1)...]), as: UTF8.self))
        sections[sections.count - 1].assignments.append(assignment)
    }

    private mutating func note(_ place: FileLine, _ sentence: String) {
        problems.append(Finding(place, .warning, sentence))
    }

    /// networkd rejects a file at the first such line; keep6 reads its wish all the same, to find what else is wrong.
    mutating func refuse(_ place: FileLine, _ sentence: String) {
        problems.append(Finding(place, .error, "\(sentence); networkd ignores all of \(path) until you correct it"))
        isRefused = true
    }
}

/// What the name of a section may consist of (systemd's string_is_safe).
private func isSafe(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != 0x7f && !"\"'\\".utf8.contains(byte)
}

/// systemd takes no noncharacters (its unichar_is_valid; Unicode 23.7).
private func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value & 0xfffe != 0xfffe && !(0xfdd0...0xfdef).contains(scalar.value)
}
