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
        let sentence = "with 'Unmanaged=yes' networkd leaves the link alone, and keep6 learns nothing; remove the line"
        return Finding(place("Unmanaged", in: "Link"), .error, sentence)
    }

    private var port: Finding? {
        guard let (key, name) = settings.bridge.map({ ("Bridge", $0) }) ?? settings.bond.map({ ("Bond", $0) }) else {
            return nil
        }
        let sentence =
            "with '\(key)=\(name)' the link is a port of '\(name)', which has the addresses and the default route; move"
            + " [X-Keep6] into the file of '\(name)'"
        return Finding(place(key), .error, sentence)
    }

    private var withoutLinkLocal: Finding {
        let place = place("LinkLocalAddressing", "IPv6LinkLocalAddressGenerationMode", "KeepMaster")
        let sentence =
            "the link gets no IPv6 link-local address, so it has neither router advertisements nor"
            + " neighbors; write 'LinkLocalAddressing=ipv6' into [Network]"
        return Finding(place, .error, sentence)
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
        let sentence =
            "\(cause) stops networkd\(which) from handling router advertisements by default, and keep6 takes"
            + " only the default route from them; write 'IPv6AcceptRA=yes' into [Network]"
        return Finding(line?.place ?? place("IPv6AcceptRA"), .warning, sentence)
    }

    private var untouched: Finding? {
        guard case .fixed(let value) = wish.acceptRA, value != 0,
            NetworkSettings.Networkd.allCases.allSatisfy(isHandled)
        else { return nil }
        let sentence =
            "networkd handles the router advertisements of this link itself, so accept_ra stays 0; remove"
            + " 'AcceptRA=\(value)'"
        return Finding(place("AcceptRA", in: NetworkFile.wishSection), .warning, sentence)
    }

    private var unheard: Finding? {
        guard settings.acceptsRouterAdvertisements == false, wish.defaultRoute == .routerAdvertisement,
            wish.acceptRA == .auto || wish.acceptRA == .fixed(0)
        else { return nil }
        let sentence =
            "with 'IPv6AcceptRA=no' and 'AcceptRA=\(wish.acceptRA)' no program handles router advertisements, and keep6"
            + " takes only the default route from them; write 'IPv6AcceptRA=yes'"
        return Finding(place("IPv6AcceptRA", "IPv6AcceptRouterAdvertisements"), .warning, sentence)
    }

    private var dropped: Finding? {
        guard settings.acceptsRouterAdvertisements == false, wish.defaultRoute == .routerAdvertisement,
            wish.acceptRA == .fixed(1)
        else { return nil }
        let sentence =
            "with 'AcceptRA=1' the kernel drops the default route whenever forwarding is turned on, and libvirt refuses"
            + " to start an IPv6 network; write 'AcceptRA=2'"
        return Finding(place("AcceptRA", in: NetworkFile.wishSection), .warning, sentence)
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
            guard let gateway = IPv6Address(line.value), let advice = advice(against: gateway) else { return nil }
            return Finding(line.place, .warning, "'Gateway=\(line.value)' \(advice)")
        }
    }

    private func advice(against gateway: IPv6Address) -> String? {
        switch wish.defaultRoute {
        case .off, .gateway(gateway): nil
        case .gateway(let other): "and 'DefaultRoute=\(other)' are two default routes; remove one of the lines"
        case .routerAdvertisement:
            "makes a fixed default route, which keep6 does not keep and networkd does not put back; pin it with"
                + " 'DefaultRoute=\(gateway)' in [X-Keep6], or remove the line"
        }
    }

    private var withoutGateway: Finding? {
        guard !settings.usesGateway, wish.defaultRoute == .routerAdvertisement,
            settings.acceptsRouterAdvertisements != false
        else { return nil }
        let sentence =
            "with 'UseGateway=no' networkd takes no default route from router advertisements, but keep6 does; write"
            + " 'DefaultRoute=off' into [X-Keep6] if keep6 should not either, or remove the line"
        return Finding(place("UseGateway", in: "IPv6AcceptRA"), .warning, sentence)
    }
}
