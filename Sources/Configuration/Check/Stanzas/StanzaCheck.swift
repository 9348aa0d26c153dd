// What is wrong with the keep6 options of one stanza.
import Internet

/// Looks at one stanza of a tree.
struct StanzaCheck: ConfigurationCheck {
    private let stanza: Stanza
    private let options: [StanzaOption]
    private let tree: InterfacesTree
    private let isTemplate: Bool
    private let unitExists: (UnitName) -> Bool?

    /// - Parameter isTemplate: whether others inherit from it.
    init(
        _ stanza: Stanza, in tree: InterfacesTree, isTemplate: Bool, unitExists: @escaping (UnitName) -> Bool?
    ) {
        self.stanza = stanza
        options = stanza.options
        self.tree = tree
        self.isTemplate = isTemplate
        self.unitExists = unitExists
    }

    func findings() -> [Finding] {
        let own = options.filter { $0.isOfKeep6 }
        guard let first = own.first, let place = first.lines.first?.place else {
            return BootCommand.findings(in: stanza, isKept: false)
        }
        guard stanza.family == "inet6" else {
            return [Finding(place, .error, Sentence.otherFamily(first, stanza))]
                + BootCommand.findings(in: stanza, isKept: false)
        }
        var found = own.compactMap { misspelling($0) }
        var isKept = false
        switch Wish.isWanted(stanza.wishOptions) {
        case .failure(let complaint):
            let option = options.first { $0.name == "keep6" }
            let wrong = option?.repeated?.complaint ?? complaint.seeingComments
            found.append(Finding(option?.lines.last?.place ?? place, .error, wrong.description))
        case .success(true):
            isKept = true
            found += findingsOfKept()
        case .success(false):
            let isSilent = isTemplate || options.contains { $0.name == "keep6" }
            if !isSilent, found.isEmpty { found.append(Finding(place, .warning, Sentence.notKept(first))) }
        }
        return found + BootCommand.findings(in: stanza, isKept: isKept)
    }

    /// Hooks see IF_KEEP6_WAIT for `keep6_wait` and `Keep6-Wait` too; only one spelling is keep6's.
    private func misspelling(_ option: StanzaOption) -> Finding? {
        guard option.name != "keep6", !option.name.hasPrefix("keep6-"), let line = option.lines.first else {
            return nil
        }
        let right = String(option.name.lowercased().map { $0 == "_" ? "-" : $0 })
        let isKnown = right == "keep6" || right.hasPrefix("keep6-")
        return Finding(line.place, .error, Sentence.unknown(option, insteadOf: isKnown ? right : nil))
    }

    private func findingsOfKept() -> [Finding] {
        var found = noScripts()
        if stanza.method == "loopback" || stanza.interface == "lo" {
            found.append(Finding(stanza.place, .error, Sentence.loopback(stanza)))
        }
        found += refusedNames()
        guard let uplink = tree.uplinks(of: stanza).first else { return found }
        let stated = stanza.wish(for: uplink)
        found += stated.complaints.map(\.finding) + missingUnits()
        return found + StanzaContradictions(stanza, stated.wish).findings()
            + RouteCommand.findings(in: stanza, stated.wish)
    }

    private func noScripts() -> [Finding] {
        let line = tree.selections.first { $0.kind == .noScripts && fits(stanza.interface, pattern: $0.name) }
        return line.map { [Finding($0.place, .error, Sentence.noScripts(for: stanza, $0.name))] } ?? []
    }

    private func missingUnits() -> [Finding] {
        (options.first { $0.name == "keep6-start" }?.lines ?? []).flatMap { line in
            unknownUnits(in: WishOption(name: line.name, value: line.value), at: line.place, unitExists)
        }
    }

    /// The names of interfaces that none can have.
    private func refusedNames() -> [Finding] {
        let physical = tree.physicalNames(of: stanza)
        var refused = physical.filter { InterfaceName($0.name) == nil && !$0.name.contains("/") }.map {
            Finding($0.place, .error, Sentence.refused($0.name))
        }
        if physical.isEmpty, InterfaceName(stanza.interface) == nil, tree.mappings.isEmpty, !isTemplate {
            refused.append(Finding(stanza.place, .error, Sentence.refused(stanza.interface)))
        }
        return refused
    }
}

extension StanzaOption {
    /// Whether it is meant for keep6, rightly spelt or not.
    fileprivate var isOfKeep6: Bool { name.lowercased().hasPrefix("keep6") }
}

// MARK: - What it says

private enum Sentence {
    static func otherFamily(_ option: StanzaOption, _ stanza: Stanza) -> String {
        "'\(option.name)' does nothing in an \(stanza.family) stanza; move it to"
            + " 'iface \(stanza.interface) inet6 ...'"
    }

    static func notKept(_ option: StanzaOption) -> String {
        "'\(option.name)' does nothing without 'keep6 yes' in the same stanza"
    }

    static func unknown(_ option: StanzaOption, insteadOf right: String?) -> String {
        "unknown option '\(option.name)'" + (right.map { "; write '\($0)'" } ?? "")
    }

    static func loopback(_ stanza: Stanza) -> String {
        "'\(stanza.interface)' is the loopback interface, which has no default route; remove keep6"
    }

    static func noScripts(for stanza: Stanza, _ pattern: String) -> String {
        "'no-scripts \(pattern)' stops ifup from running any hook for '\(stanza.interface)', including"
            + " keep6's; remove '\(pattern)' from that line"
    }

    static func refused(_ name: String) -> String {
        if name.contains("/") {
            return "an 'iface' line cannot have a pattern; write 'auto \(name)=uplink' and 'iface uplink inet6 ...'"
        }
        if let colon = name.firstIndex(of: ":") {
            return "'\(name)' is an alias, which IPv6 does not have; put its address into a 'keep6-address'"
                + " line in the inet6 stanza of '\(name[..<colon])'"
        }
        return "'\(name)' cannot be the name of an interface: a name has 1 to 15 printable characters without"
            + " '/', ':' and '%'"
    }
}
