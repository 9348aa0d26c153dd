// Lines of ifupdown's own that work against the wish in the same stanza.
import Internet

/// A stanza that is kept, with its wish.
struct StanzaContradictions: ConfigurationCheck {
    private let stanza: Stanza
    private let options: [StanzaOption]
    private let wish: Wish

    init(_ stanza: Stanza, _ wish: Wish) {
        self.stanza = stanza
        options = stanza.options
        self.wish = wish
    }

    func findings() -> [Finding] {
        [acceptRA, gateway, address, keptAddress, keptAcceptRA].compactMap { $0 }
    }

    private func line(_ name: String) -> OptionLine? { options.first { $0.name == name }?.lines.last }

    /// ifupdown writes accept_ra before the hooks run, which change it as the wish says; 0 is left alone under `auto`.
    private var acceptRA: Finding? {
        guard let line = line("accept_ra"), stanza.program == .ifupdown, stanza.method != "manual",
            case .fixed(let value)? = AcceptRA(line.value)
        else { return nil }
        if let target = wish.acceptRA.target(from: value, networkdHandles: false) {
            return Finding(line.place, .warning, Sentence.overwritten(value, by: target))
        }
        guard value == 0, wish.acceptRA == .auto, wish.defaultRoute == .routerAdvertisement else { return nil }
        return Finding(line.place, .warning, Sentence.ignoredRouters)
    }

    /// ifupdown's static method makes a default route of metric 1024 out of `gateway` and sets accept_ra to 0
    /// (inet6.defn); the kernel then refuses the advertised route, which has the same metric. ifupdown-ng's has metric 1.
    private var gateway: Finding? {
        guard let line = line("gateway"), stanza.method == "static" || stanza.program.isNG,
            IPv6Address(line.value) != nil || !stanza.program.isNG
        else { return nil }
        switch wish.defaultRoute {
        case .off: return nil
        case .gateway(let address):
            guard IPv6Address(line.value) != address else { return nil }
            return Finding(line.place, .warning, Sentence.twoRoutes(line.value, address))
        case .routerAdvertisement:
            let sentence = Sentence.fixedRoute(line.value, isPreferred: stanza.program.isNG)
            return Finding(line.place, .warning, sentence)
        }
    }

    private var address: Finding? {
        guard let line = line("address"), stanza.program == .ifupdown, ["auto", "dhcp"].contains(stanza.method) else {
            return nil
        }
        return Finding(line.place, .warning, Sentence.idleAddress(line.value, in: stanza))
    }

    private var keptAddress: Finding? {
        guard let line = line("keep6-address"), stanza.program == .ifupdown2 else { return nil }
        return Finding(line.place, .warning, Sentence.removedAddresses(wish.addresses))
    }

    /// What accept_ra 0 and 1 cost where the advertised route shall be kept.
    private var keptAcceptRA: Finding? {
        guard let line = line("keep6-accept-ra"), wish.defaultRoute == .routerAdvertisement else { return nil }
        switch wish.acceptRA {
        case .fixed(0): return Finding(line.place, .warning, Sentence.learnsNothing)
        case .fixed(1): return Finding(line.place, .warning, Sentence.dropsRoute)
        default: return nil
        }
    }
}

// MARK: - What it says

private enum Sentence {
    static func overwritten(_ value: Int, by target: Int) -> String {
        "'accept_ra \(value)' lasts only until the hooks run, then keep6 sets \(target); remove the line,"
            + " or write 'keep6-accept-ra \(value)' if you want that value"
    }

    static let ignoredRouters =
        "with 'accept_ra 0' the kernel ignores routers, and keep6 does not change that; remove the line"

    static func twoRoutes(_ gateway: String, _ pinned: IPv6Address) -> String {
        "'gateway \(gateway)' and 'keep6-default-route \(pinned)' are two default routes; remove one of the lines"
    }

    static func fixedRoute(_ gateway: String, isPreferred: Bool) -> String {
        let effect =
            isPreferred
            ? "which the kernel prefers to the advertised one"
            : "so the kernel takes none from router advertisements"
        return "'gateway \(gateway)' makes a fixed default route, \(effect); remove the line, or pin it with"
            + " 'keep6-default-route \(gateway)'"
    }

    static func idleAddress(_ address: String, in stanza: Stanza) -> String {
        "'address' does nothing in an inet6 \(stanza.method) stanza; write 'keep6-address \(address)'"
    }

    static func removedAddresses(_ addresses: [InterfaceAddress]) -> String {
        let lines = addresses.map { "'address \($0)'" }.joined(separator: " and ")
        return "each 'ifreload' and 'ifup' of ifupdown2 removes the addresses of 'keep6-address' for a moment; write"
            + " \(lines) instead; it accepts several such lines"
    }

    static let learnsNothing =
        "with 'keep6-accept-ra 0' the kernel learns no default route from router advertisements, and"
        + " 'keep6-default-route ra' has nothing to keep; write 'keep6-accept-ra auto'"

    static let dropsRoute =
        "with 'keep6-accept-ra 1' the kernel drops the default route whenever forwarding is turned on, and"
        + " libvirt refuses to start an IPv6 network; write 'keep6-accept-ra auto'"
}
