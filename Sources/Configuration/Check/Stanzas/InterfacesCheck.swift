// What is wrong with the keep6 options of an interfaces file, found before any interface is touched.
import Internet

/// Looks at every stanza of a tree that has to do with keep6.
package struct InterfacesCheck: ConfigurationCheck {
    private let tree: InterfacesTree
    private let unitExists: (UnitName) -> Bool?
    private let settings: InterfacesProgramSettings
    /// Names of stanzas that others inherit from: they may be there for that alone.
    private let templates: Set<String>

    /// - Parameters:
    ///   - settings: of the program that the tree was read for; nil if they are what they are without a file.
    ///   - unitExists: whether systemd knows the unit; nil if that cannot be found out.
    package init(
        _ tree: InterfacesTree, settings: InterfacesProgramSettings? = nil, unitExists: @escaping (UnitName) -> Bool?
    ) {
        self.tree = tree
        self.settings = settings ?? InterfacesProgramSettings(of: tree.program, "addon_scripts_support=1")
        self.unitExists = unitExists
        templates = Set(tree.stanzas.compactMap(\.template))
    }

    /// The problems that reading had, then those of each stanza, in the order of reading.
    package func findings() -> [Finding] {
        tree.problems
            + tree.stanzas.flatMap { stanza in
                StanzaCheck(
                    stanza, in: tree, isTemplate: templates.contains(stanza.interface), unitExists: unitExists
                ).findings()
            } + conflicts() + unheard()
    }

    /// Several stanzas of one interface that all say what keep6 shall do.
    private func conflicts() -> [Finding] {
        var first: [String: (stanza: Stanza, wish: Wish?)] = [:]
        var found: [Finding] = []
        for stanza in tree.stanzas where stanza.family == "inet6" {
            guard stanza.options.contains(where: { $0.name == "keep6" }), !templates.contains(stanza.interface),
                case .success(let isWanted) = Wish.isWanted(stanza.wishOptions)
            else { continue }
            var wish = isWanted ? InterfaceName(stanza.interface).map { stanza.wish(for: $0).wish } : nil
            wish?.addresses = []
            guard let other = first[stanza.interface] else {
                first[stanza.interface] = (stanza, wish)
                continue
            }
            guard wish != nil || other.wish != nil else { continue }
            found.append(
                wish == other.wish
                    ? Finding(stanza.place, .warning, Sentence.keptTwice(stanza, other.stanza))
                    : Finding(stanza.place, .error, Sentence.keptDifferently(stanza, other.stanza)))
        }
        return found
    }

    /// Kept interfaces for which no hook runs. An executor is run by ifupdown-ng where the stanza has one of its options or
    /// names it (`handle_generic` in its interface-file.c).
    private func unheard() -> [Finding] {
        guard !settings.runsScripts else { return [] }
        let stanza = tree.stanzas.first { stanza in
            guard stanza.isKept else { return false }
            return tree.program == .ifupdown2
                || !stanza.lines.contains { $0.word.hasPrefix("keep6-") || $0.word == "use" && $0.value == "keep6" }
        }
        return stanza.map { [Finding(settings.place, .error, Sentence.noHooks(for: $0, tree.program))] } ?? []
    }
}

// MARK: - What it says

private enum Sentence {
    static func keptTwice(_ stanza: Stanza, _ other: Stanza) -> String {
        "the stanza at \(other.place) already keeps '\(stanza.interface)'; write one 'keep6 yes',"
            + " and move the addresses of the other stanzas to 'keep6-address' lines next to it"
    }

    static func keptDifferently(_ stanza: Stanza, _ other: Stanza) -> String {
        "this stanza and the one at \(other.place) have different options for '\(stanza.interface)';"
            + " put all keep6 options into one of them"
    }

    static func noHooks(for stanza: Stanza, _ program: InterfacesProgram) -> String {
        let advice =
            program == .ifupdown2
            ? "write 'addon_scripts_support=1'" : "remove the line, or write 'use keep6' into its stanza"
        return "\(program.name) runs no scripts, so keep6 does not keep '\(stanza.interface)'; \(advice)"
    }
}
