// Settings of networkd's own that work against the wish in the same .network file.
import Internet

/// A file that is kept, with its wish.
struct NetworkContradictions: ConfigurationCheck {
    private let file: NetworkFile
    private let wish: Wish
    private let settings: NetworkSettings
    private let masquerader: String?

    /// - Parameter masquerader: a file by which the whole host forwards IPv6.
    init(_ file: NetworkFile, _ wish: Wish, masquerader: String?) {
        self.file = file
        self.wish = wish
        settings = NetworkSettings(file)
        self.masquerader = masquerader
    }

    func findings() -> [Finding] {
        if let finding = unmanaged ?? port { return [finding] }
        guard settings.hasLinkLocal else { return [withoutLinkLocal] }
        return [unhandled, untouched, unheard, dropped, withoutGateway].compactMap { $0 } + fixedGateways
    }

    /// The last line of a key, or the start of keep6's section.
    private func place(_ keys: String..., in section: String = "Network") -> FileLine {
        let line = file.assignments(in: section).last { keys.contains($0.key) }
        return line?.place ?? file.sections(named: NetworkFile.wishSection).first?.place
            ?? FileLine(file: file.path, line: 0)
    }

    private var unmanaged: Finding? {
        guard settings.isUnmanaged else { return nil }
        return Finding(place("Unmanaged", in: "Link"), .error, Sentence.unmanaged)
    }

    private var port: Finding? {
        guard let (key, name) = settings.bridge.map({ ("Bridge", $0) }) ?? settings.bond.map({ ("Bond", $0) }) else {
            return nil
        }
        return Finding(place(key), .error, Sentence.port(key, name))
    }

    private var withoutLinkLocal: Finding {
        let place = place("LinkLocalAddressing", "IPv6LinkLocalAddressGenerationMode", "KeepMaster")
        return Finding(place, .error, Sentence.withoutLinkLocal)
    }

    private func isHandled(_ networkd: NetworkSettings.Networkd) -> Bool {
        settings.handlesRouterAdvertisements(networkd, hostForwards: masquerader.map { _ in true })
    }

    /// Where forwarding decides, networkd gives the advertised route up with its next restart or change.
    private var unhandled: Finding? {
        let releases = NetworkSettings.Networkd.allCases.filter { !isHandled($0) }
        guard settings.acceptsRouterAdvertisements == nil, wish.defaultRoute == .routerAdvertisement,
            let first = releases.first
        else { return nil }
        let which = releases.count > 1 ? "" : first == .until255 ? " (up to 255)" : " (from 256 on)"
        let line = file.assignments(in: "Network").last { line in
            ["IPv6Forwarding", "IPForward", "IPMasquerade", "IPv6SendRA", "IPv6PrefixDelegation"].contains(line.key)
                && !line.value.isEmpty && line.boolean != false
        }
        let cause = line.map { "'\($0.key)=\($0.value)'" } ?? "'IPMasquerade=' in \(masquerader ?? "another file")"
        return Finding(line?.place ?? place("IPv6AcceptRA"), .warning, Sentence.unhandled(by: which, cause))
    }

    private var untouched: Finding? {
        guard case .fixed(let value) = wish.acceptRA, value != 0,
            NetworkSettings.Networkd.allCases.allSatisfy(isHandled)
        else { return nil }
        return Finding(place("AcceptRA", in: NetworkFile.wishSection), .warning, Sentence.untouched(value))
    }

    private var unheard: Finding? {
        guard settings.acceptsRouterAdvertisements == false, wish.defaultRoute == .routerAdvertisement,
            wish.acceptRA == .auto || wish.acceptRA == .fixed(0)
        else { return nil }
        let place = place("IPv6AcceptRA", "IPv6AcceptRouterAdvertisements")
        return Finding(place, .warning, Sentence.unheard(wish.acceptRA))
    }

    private var dropped: Finding? {
        guard settings.acceptsRouterAdvertisements == false, wish.defaultRoute == .routerAdvertisement,
            wish.acceptRA == .fixed(1)
        else { return nil }
        return Finding(place("AcceptRA", in: NetworkFile.wishSection), .warning, Sentence.dropped)
    }

    /// Default routes by `Gateway=`, which keep6 keeps only where it is told to.
    private var fixedGateways: [Finding] {
        let sections = file.sections.filter { section in
            // Another destination is another route.
            section.name == "Network"
                || section.name == "Route"
                    && section.assignments.allSatisfy { $0.key != "Destination" || ["", "::/0"].contains($0.value) }
        }
        return sections.flatMap(\.assignments).filter { $0.key == "Gateway" }.compactMap { line in
            guard let gateway = IPv6Address(line.value) else { return nil }
            switch wish.defaultRoute {
            case .off, .gateway(gateway): return nil
            case .gateway(let other): return Finding(line.place, .warning, Sentence.twoRoutes(line.value, other))
            case .routerAdvertisement:
                return Finding(line.place, .warning, Sentence.fixedRoute(line.value, gateway))
            }
        }
    }

    private var withoutGateway: Finding? {
        guard !settings.usesGateway, wish.defaultRoute == .routerAdvertisement,
            settings.acceptsRouterAdvertisements != false
        else { return nil }
        return Finding(place("UseGateway", in: "IPv6AcceptRA"), .warning, Sentence.withoutGateway)
    }
}

// MARK: - What it says

private enum Sentence {
    static let unmanaged =
        "with 'Unmanaged=yes' networkd leaves the link alone, and keep6 learns nothing; remove the line"

    static func port(_ key: String, _ name: String) -> String {
        "with '\(key)=\(name)' the link is a port of '\(name)', which has the addresses and the default route; move"
            + " [X-Keep6] into the file of '\(name)'"
    }

    static let withoutLinkLocal =
        "the link gets no IPv6 link-local address, so it has neither router advertisements nor"
        + " neighbors; write 'LinkLocalAddressing=ipv6' into [Network]"

    static func unhandled(by releases: String, _ cause: String) -> String {
        "\(cause) stops networkd\(releases) from handling router advertisements by default, and keep6 takes"
            + " only the default route from them; write 'IPv6AcceptRA=yes' into [Network]"
    }

    static func untouched(_ value: Int) -> String {
        "networkd handles the router advertisements of this link itself, so accept_ra stays 0; remove"
            + " 'AcceptRA=\(value)'"
    }

    static func unheard(_ acceptRA: AcceptRA) -> String {
        "with 'IPv6AcceptRA=no' and 'AcceptRA=\(acceptRA)' no program handles router advertisements, and keep6"
            + " takes only the default route from them; write 'IPv6AcceptRA=yes'"
    }

    static let dropped =
        "with 'AcceptRA=1' the kernel drops the default route whenever forwarding is turned on, and libvirt refuses"
        + " to start an IPv6 network; write 'AcceptRA=2'"

    static func twoRoutes(_ gateway: String, _ pinned: IPv6Address) -> String {
        "'Gateway=\(gateway)' and 'DefaultRoute=\(pinned)' are two default routes; remove one of the lines"
    }

    static func fixedRoute(_ written: String, _ gateway: IPv6Address) -> String {
        "'Gateway=\(written)' makes a fixed default route, which keep6 does not keep and networkd does not put back;"
            + " pin it with 'DefaultRoute=\(gateway)' in [X-Keep6], or remove the line"
    }

    static let withoutGateway =
        "with 'UseGateway=no' networkd takes no default route from router advertisements, but keep6 does; write"
        + " 'DefaultRoute=off' into [X-Keep6] if keep6 should not either, or remove the line"
}
