// What is wrong with keep6's part of the .network files, found before networkd reads them.
import Internet
import Text

/// Looks at every `.network` file that has to do with keep6.
package struct NetworkCheck: ConfigurationCheck {
    private let tree: NetworkTree
    private let matches: [NetworkMatch]
    private let unitExists: (UnitName) -> Bool?
    /// - Parameter unitExists: whether systemd knows the unit; nil if that cannot be found out.
    package init(_ tree: NetworkTree, unitExists: @escaping (UnitName) -> Bool?) {
        self.tree = tree
        self.unitExists = unitExists
        matches = tree.files.map { NetworkMatch($0) }
    }

    /// The problems that reading had, then those of each file, in networkd's order.
    package func findings() -> [Finding] {
        tree.problems + tree.files.indices.flatMap { findings(ofFileAt: $0) }
            + tree.unused.flatMap { findings(of: $0) }
    }

    private func findings(ofFileAt index: Int) -> [Finding] {
        let (file, match) = (tree.files[index], matches[index])
        var found = file.problems + misspellings(in: file)
        guard let section = file.sections(named: NetworkFile.wishSection).first,
            let uplink = match.someName, let stated = file.wish(for: uplink)
        else { return found }
        found += stated.complaints.map(\.finding) + unknownUnits(in: file) + doubled(in: file)
        if match.isEmpty {
            found.append(Finding(FileLine(file: file.path, line: 0), .error, Sentence.matchesNothing))
        } else {
            found += overtaken(at: index, section.place)
        }
        return found + NetworkContradictions(file, stated.wish, masquerader: tree.masquerader).findings()
    }

    private func isAboutKeep6(_ name: String) -> Bool {
        let name = name.lowercased()
        return name.indices.contains { name[$0...].hasPrefix("keep6") }
    }

    private func misspellings(in file: NetworkFile) -> [Finding] {
        file.sections.filter { section in
            section.name != NetworkFile.wishSection && !section.name.hasPrefix("[")
                && (isAboutKeep6(section.name)
                    || nearest(to: section.name, among: [NetworkFile.wishSection]) != nil)
        }.map { Finding($0.place, .error, Sentence.unknownSection($0.name)) }
    }

    private func unknownUnits(in file: NetworkFile) -> [Finding] {
        file.assignments(in: NetworkFile.wishSection).filter { $0.wishOption.key == .start }.flatMap { line in
            Configuration.unknownUnits(in: line.wishOption, at: line.place, unitExists)
        }
    }

    /// Addresses that two lines configure.
    private func doubled(in file: NetworkFile) -> [Finding] {
        var first: [InterfaceAddress: FileLine] = [:]
        var found: [Finding] = []
        for address in file.locatedAddresses {
            if let place = first[address.value] {
                found.append(Finding(address.place, .warning, Sentence.writtenTwice(address.value, place)))
            } else {
                first[address.value] = address.place
            }
        }
        for line in file.assignments(of: "Address", in: NetworkFile.wishSection) {
            for address in words(line.value).compactMap({ InterfaceAddress($0) }) {
                guard let place = first[address] else { continue }
                found.append(Finding(line.place, .warning, Sentence.configuredTwice(address, place)))
            }
        }
        return found
    }

    /// networkd applies the first file that matches a link, and no other.
    private func overtaken(at index: Int, _ place: FileLine) -> [Finding] {
        let match = matches[index]
        let earlier = zip(tree.files, matches).prefix(index).filter { !$0.0.isRefused }
        if let (other, _) = earlier.first(where: { $0.1.covers(match) }) {
            return [Finding(place, .error, Sentence.notApplied(to: "any link", other))]
        }
        return match.literalNames.compactMap { name in
            let other = earlier.first { $0.1.outcome(for: KnownLink(name)) == .matches }
            return other.map { Finding(place, .error, Sentence.notApplied(to: "'\(name)'", $0.0)) }
        }
    }

    private func findings(of unused: UnusedFile) -> [Finding] {
        guard let section = unused.file.sections(named: NetworkFile.wishSection).first, unused.file.isKept else {
            return []
        }
        return [Finding(section.place, .error, Sentence.notRead(unused.reason))]
    }
}

/// The units of an option that are not there.
func unknownUnits(in option: WishOption, at place: FileLine, _ exists: (UnitName) -> Bool?) -> [Finding] {
    words(option.value).compactMap { UnitName($0) }.filter { exists($0) == false }.map {
        Finding(place, .error, Complaint(option: option, reason: Sentence.noUnit($0)).description)
    }
}

// MARK: - What it says

private enum Sentence {
    static let matchesNothing =
        "networkd ignores this file because its [Match] section names no link; write 'Name=' and the link there"

    static func unknownSection(_ name: String) -> String { "unknown section '[\(name)]'; write '[X-Keep6]'" }

    static func writtenTwice(_ address: InterfaceAddress, _ place: FileLine) -> String {
        "the address \(address) is already at \(place); remove one of the lines"
    }

    static func configuredTwice(_ address: InterfaceAddress, _ place: FileLine) -> String {
        "networkd configures \(address) itself (\(place)); remove it from 'Address=' in [X-Keep6]"
    }

    static func notApplied(to links: String, _ other: NetworkFile) -> String {
        "networkd does not apply this file to \(links), because \(other.path) comes first and matches too; give"
            + " this one a name that sorts before it, or put [X-Keep6] into \(NetworkTree.placeOfWish(for: other.path))"
    }

    static func notRead(_ reason: UnusedFile.Reason) -> String {
        let reason =
            switch reason {
            case .hidden(let other):
                "\(other) has the same name and comes first; put [X-Keep6] into \(NetworkTree.placeOfWish(for: other))"
            case .masked(let other): "\(other) is empty, which turns this file off; remove the empty file"
            case .alone(let main): "there is no '\(main)' for this drop-in; rename its directory"
            }
        return "networkd does not read this file: \(reason)"
    }

    static func noUnit(_ unit: UnitName) -> String {
        "systemd has no unit '\(unit)'; correct the name, or install the package that has the unit"
    }
}
