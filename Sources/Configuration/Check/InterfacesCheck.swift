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
        tree.problems + tree.stanzas.flatMap { findings(of: $0) } + conflicts() + unheard()
    }

    private func findings(of stanza: Stanza) -> [Finding] {
        let options = stanza.options
        let own = options.filter { $0.isOfKeep6 }
        guard let first = own.first, let place = first.lines.first?.place else {
            return BootCommand.findings(in: stanza, isKept: false)
        }
        guard stanza.family == "inet6" else {
            let sentence =
                "'\(first.name)' does nothing in an \(stanza.family) stanza; move it to"
                + " 'iface \(stanza.interface) inet6 ...'"
            return [Finding(place, .error, sentence)] + BootCommand.findings(in: stanza, isKept: false)
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
            found += findings(ofKept: stanza, options)
        case .success(false):
            let isSilent = options.contains { $0.name == "keep6" } || templates.contains(stanza.interface)
            if !isSilent, found.isEmpty {
                let sentence = "'\(first.name)' does nothing without 'keep6 yes' in the same stanza"
                found.append(Finding(place, .warning, sentence))
            }
        }
        return found + BootCommand.findings(in: stanza, isKept: isKept)
    }

    /// Hooks see IF_KEEP6_WAIT for `keep6_wait` and `Keep6-Wait` too; only one spelling is keep6's.
    private func misspelling(_ option: StanzaOption) -> Finding? {
        guard option.name != "keep6", !option.name.hasPrefix("keep6-"), let line = option.lines.first else {
            return nil
        }
        let right = String(option.name.lowercased().map { $0 == "_" ? "-" : $0 })
        let advice = right == "keep6" || right.hasPrefix("keep6-") ? "; write '\(right)'" : ""
        return Finding(line.place, .error, "unknown option '\(option.name)'\(advice)")
    }

    private func findings(ofKept stanza: Stanza, _ options: [StanzaOption]) -> [Finding] {
        var found = noScripts(stanza)
        if stanza.method == "loopback" || stanza.interface == "lo" {
            let sentence = "'\(stanza.interface)' is the loopback interface, which has no default route; remove keep6"
            found.append(Finding(stanza.place, .error, sentence))
        }
        let (uplinks, refused) = self.uplinks(of: stanza)
        found += refused
        guard let uplink = uplinks.first else { return found }
        let stated = stanza.wish(for: uplink)
        found += stated.complaints.map(\.finding)
        found += unknownUnits(options.first { $0.name == "keep6-start" })
        found += contradictions(in: stanza, options, stated.wish) + RouteCommand.findings(in: stanza, stated.wish)
        return found
    }

    private func noScripts(_ stanza: Stanza) -> [Finding] {
        let line = tree.selections.first { $0.kind == .noScripts && fits(stanza.interface, pattern: $0.name) }
        guard let line else { return [] }
        let sentence =
            "'no-scripts \(line.name)' stops ifup from running any hook for '\(stanza.interface)', including"
            + " keep6's; remove '\(line.name)' from that line"
        return [Finding(line.place, .error, sentence)]
    }

    private func unknownUnits(_ option: StanzaOption?) -> [Finding] {
        (option?.lines ?? []).flatMap { line in
            Configuration.unknownUnits(in: WishOption(name: line.name, value: line.value), at: line.place, unitExists)
        }
    }
}

extension InterfacesCheck {
    /// The interfaces that a stanza is for, and the names that are refused.
    private func uplinks(of stanza: Stanza) -> (names: [InterfaceName], refused: [Finding]) {
        let physical = tree.physicalNames(of: stanza)
        var refused = physical.filter { InterfaceName($0.name) == nil && !$0.name.contains("/") }.map {
            Finding($0.place, .error, reason(against: $0.name))
        }
        if physical.isEmpty, InterfaceName(stanza.interface) == nil, tree.mappings.isEmpty,
            !templates.contains(stanza.interface)
        {
            refused.append(Finding(stanza.place, .error, reason(against: stanza.interface)))
        }
        return (tree.uplinks(of: stanza), refused)
    }

    private func reason(against name: String) -> String {
        if name.contains("/") {
            return "an 'iface' line cannot have a pattern; write 'auto \(name)=uplink' and 'iface uplink inet6 ...'"
        }
        if let colon = name.firstIndex(of: ":") {
            let parent = name[..<colon]
            return "'\(name)' is an alias, which IPv6 does not have; put its address into a 'keep6-address'"
                + " line in the inet6 stanza of '\(parent)'"
        }
        return "'\(name)' cannot be the name of an interface: a name has 1 to 15 printable characters without"
            + " '/', ':' and '%'"
    }

    /// Lines of ifupdown's own that work against the wish.
    private func contradictions(in stanza: Stanza, _ options: [StanzaOption], _ wish: Wish) -> [Finding] {
        func line(_ name: String) -> OptionLine? { options.first { $0.name == name }?.lines.last }
        var found: [Finding] = []
        if let own = line("accept_ra"), stanza.program == .ifupdown, stanza.method != "manual",
            case .fixed(let value)? = AcceptRA(own.value), let sentence = against(acceptRA: value, wish)
        {
            found.append(Finding(own.place, .warning, sentence))
        }
        if let gateway = line("gateway"), stanza.method == "static" || stanza.program.isNG,
            let sentence = against(gateway.value, wish, isPreferred: stanza.program.isNG)
        {
            found.append(Finding(gateway.place, .warning, sentence))
        }
        if let address = line("address"), stanza.program == .ifupdown, ["auto", "dhcp"].contains(stanza.method) {
            let sentence =
                "'address' does nothing in an inet6 \(stanza.method) stanza; write 'keep6-address \(address.value)'"
            found.append(Finding(address.place, .warning, sentence))
        }
        if let option = line("keep6-address"), stanza.program == .ifupdown2 {
            let lines = wish.addresses.map { "'address \($0)'" }.joined(separator: " and ")
            let sentence =
                "each 'ifreload' and 'ifup' of ifupdown2 removes the addresses of 'keep6-address' for a moment; write"
                + " \(lines) instead; it accepts several such lines"
            found.append(Finding(option.place, .warning, sentence))
        }
        if let option = line("keep6-accept-ra"), let sentence = weakness(of: wish) {
            found.append(Finding(option.place, .warning, sentence))
        }
        return found
    }

    /// ifupdown writes accept_ra before the hooks run, which change it as the wish says; 0 is left alone under `auto`.
    private func against(acceptRA value: Int, _ wish: Wish) -> String? {
        if let target = wish.acceptRA.target(from: value, networkdHandles: false) {
            return "'accept_ra \(value)' lasts only until the hooks run, then keep6 sets \(target); remove the line,"
                + " or write 'keep6-accept-ra \(value)' if you want that value"
        }
        guard value == 0, wish.acceptRA == .auto, wish.defaultRoute == .routerAdvertisement else { return nil }
        return "with 'accept_ra 0' the kernel ignores routers, and keep6 does not change that; remove the line"
    }

    /// What accept_ra 0 and 1 cost where the advertised route shall be kept.
    private func weakness(of wish: Wish) -> String? {
        guard wish.defaultRoute == .routerAdvertisement else { return nil }
        switch wish.acceptRA {
        case .fixed(0):
            return "with 'keep6-accept-ra 0' the kernel learns no default route from router advertisements, and"
                + " 'keep6-default-route ra' has nothing to keep; write 'keep6-accept-ra auto'"
        case .fixed(1):
            return "with 'keep6-accept-ra 1' the kernel drops the default route whenever forwarding is turned on, and"
                + " libvirt refuses to start an IPv6 network; write 'keep6-accept-ra auto'"
        default: return nil
        }
    }

    /// ifupdown's static method makes a default route of metric 1024 out of `gateway` and sets accept_ra to 0
    /// (inet6.defn); the kernel then refuses the advertised route, which has the same metric. ifupdown-ng's has metric 1.
    private func against(_ gateway: String, _ wish: Wish, isPreferred: Bool) -> String? {
        guard IPv6Address(gateway) != nil || !isPreferred else { return nil }
        let effect =
            isPreferred
            ? "which the kernel prefers to the advertised one"
            : "so the kernel takes none from router advertisements"
        return switch wish.defaultRoute {
        case .off: nil
        case .gateway(let address) where IPv6Address(gateway) == address: nil
        case .gateway(let address):
            "'gateway \(gateway)' and 'keep6-default-route \(address)' are two default routes; remove one of the lines"
        case .routerAdvertisement:
            "'gateway \(gateway)' makes a fixed default route, \(effect); remove the line, or pin it with"
                + " 'keep6-default-route \(gateway)'"
        }
    }

    /// Several stanzas of one interface that all say what keep6 shall do.
    private func conflicts() -> [Finding] {
        var first: [String: (stanza: Stanza, wish: Wish?)] = [:]
        var found: [Finding] = []
        for stanza in tree.stanzas where stanza.family == "inet6" {
            let options = stanza.options
            guard options.contains(where: { $0.name == "keep6" }), !templates.contains(stanza.interface),
                case .success(let isWanted) = Wish.isWanted(stanza.wishOptions)
            else { continue }
            var wish = isWanted ? InterfaceName(stanza.interface).map { stanza.wish(for: $0).wish } : nil
            wish?.addresses = []
            guard let other = first[stanza.interface] else {
                first[stanza.interface] = (stanza, wish)
                continue
            }
            guard wish != nil || other.wish != nil else { continue }
            let isSame = wish == other.wish
            let sentence =
                isSame
                ? "the stanza at \(other.stanza.place) already keeps '\(stanza.interface)'; write one 'keep6 yes',"
                    + " and move the addresses of the other stanzas to 'keep6-address' lines next to it"
                : "this stanza and the one at \(other.stanza.place) have different options for '\(stanza.interface)';"
                    + " put all keep6 options into one of them"
            found.append(Finding(stanza.place, isSame ? .warning : .error, sentence))
        }
        return found
    }
}

extension InterfacesCheck {
    /// Kept interfaces for which no hook runs. An executor is run by ifupdown-ng where the stanza has one of its options or
    /// names it (`handle_generic` in its interface-file.c).
    private func unheard() -> [Finding] {
        guard !settings.runsScripts else { return [] }
        let stanza = tree.stanzas.first { stanza in
            guard stanza.isKept else { return false }
            return tree.program == .ifupdown2
                || !stanza.lines.contains { $0.word.hasPrefix("keep6-") || $0.word == "use" && $0.value == "keep6" }
        }
        guard let stanza else { return [] }
        let advice =
            tree.program == .ifupdown2
            ? "write 'addon_scripts_support=1'" : "remove the line, or write 'use keep6' into its stanza"
        let sentence =
            "\(tree.program.name) runs no scripts, so keep6 does not keep"
            + " '\(stanza.interface)'; \(advice)"
        return [Finding(settings.place, .error, sentence)]
    }
}

extension StanzaOption {
    /// Whether it is meant for keep6, rightly spelt or not.
    fileprivate var isOfKeep6: Bool { name.lowercased().hasPrefix("keep6") }
}
