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
            let sentence =
                "networkd ignores this file because its [Match] section names no link; write 'Name=' and the link there"
            found.append(Finding(FileLine(file: file.path, line: 0), .error, sentence))
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
        }.map {
            let sentence = "unknown section '[\($0.name)]'; write '[X-Keep6]'"
            return Finding($0.place, .error, sentence)
        }
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
                let sentence = "the address \(address.value) is already at \(place); remove one of the lines"
                found.append(Finding(address.place, .warning, sentence))
            } else {
                first[address.value] = address.place
            }
        }
        for line in file.assignments(of: "Address", in: NetworkFile.wishSection) {
            for address in words(line.value).compactMap({ InterfaceAddress($0) }) {
                guard let place = first[address] else { continue }
                let sentence =
                    "networkd configures \(address) itself (\(place)); remove it from 'Address=' in [X-Keep6]"
                found.append(Finding(line.place, .warning, sentence))
            }
        }
        return found
    }

    /// networkd applies the first file that matches a link, and no other.
    private func overtaken(at index: Int, _ place: FileLine) -> [Finding] {
        let match = matches[index]
        let earlier = zip(tree.files, matches).prefix(index).filter { !$0.0.isRefused }
        func finding(_ other: NetworkFile, _ links: String) -> Finding {
            let sentence =
                "networkd does not apply this file to \(links), because \(other.path) comes first and matches too; give"
                + " this one a name that sorts before it, or put [X-Keep6] into \(NetworkTree.placeOfWish(for: other.path))"
            return Finding(place, .error, sentence)
        }
        if let (other, _) = earlier.first(where: { $0.1.covers(match) }) { return [finding(other, "any link")] }
        return match.literalNames.compactMap { name in
            let other = earlier.first { $0.1.outcome(for: KnownLink(name)) == .matches }
            return other.map { finding($0.0, "'\(name)'") }
        }
    }

    private func findings(of unused: UnusedFile) -> [Finding] {
        guard let section = unused.file.sections(named: NetworkFile.wishSection).first, unused.file.isKept else {
            return []
        }
        let reason =
            switch unused.reason {
            case .hidden(let other):
                "\(other) has the same name and comes first; put [X-Keep6] into \(NetworkTree.placeOfWish(for: other))"
            case .masked(let other): "\(other) is empty, which turns this file off; remove the empty file"
            case .alone(let main): "there is no '\(main)' for this drop-in; rename its directory"
            }
        return [Finding(section.place, .error, "networkd does not read this file: \(reason)")]
    }
}

/// The units of an option that are not there.
func unknownUnits(in option: WishOption, at place: FileLine, _ exists: (UnitName) -> Bool?) -> [Finding] {
    words(option.value).compactMap { UnitName($0) }.filter { exists($0) == false }.map {
        let sentence = "systemd has no unit '\($0)'; correct the name, or install the package that has the unit"
        return Finding(place, .error, Complaint(option: option, reason: sentence).description)
    }
}
