import Testing

/// Who configures a host's uplink.
enum Manager: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case ifupdown, networkd

    var testDescription: String { rawValue }

    /// What accept_ra is where the uplink is kept: 2 where the kernel handles router advertisements, 0 where networkd does.
    var acceptRA: String { self == .ifupdown ? "2" : "0" }

    /// What sets an uplink up anew from its file.
    func renewal(of interface: String = "eth0") -> String {
        switch self {
        case .ifupdown: "ifdown \(interface) && ifup \(interface)"
        case .networkd: "networkctl reconfigure \(interface)"
        }
    }
}

/// One thing that an administrator can wish for beside `keep6 yes`, in either manager's words.
enum KeepOption: Sendable {
    case acceptRA(String)
    case defaultRoute(String)
    case firewall
    case proxy(String)
    case start(String)
    case wait(Int)

    var stanzaLine: String {
        switch self {
        case .acceptRA(let value): "keep6-accept-ra \(value)"
        case .defaultRoute(let value): "keep6-default-route \(value)"
        case .firewall: "keep6-firewall yes"
        case .proxy(let network): "keep6-proxy \(network)"
        case .start(let unit): "keep6-start \(unit)"
        case .wait(let seconds): "keep6-wait \(seconds)"
        }
    }

    var fileLine: String {
        switch self {
        case .acceptRA(let value): "AcceptRA=\(value)"
        case .defaultRoute(let value): "DefaultRoute=\(value)"
        case .firewall: "Firewall=yes"
        case .proxy(let network): "Proxy=\(network)"
        case .start(let unit): "Start=\(unit)"
        case .wait(let seconds): "Wait=\(seconds)"
        }
    }
}

extension Uplink {
    /// A file of systemd.network(5) for this uplink; sections beside [Match], [Network] and [X-Keep6] come last.
    func networkFile(
        match: String? = nil, network: [String] = ["IPv6AcceptRA=yes"], keep6: [String]? = [], rest: String = ""
    ) -> String {
        let keeping = keep6.map { "\n[X-Keep6]\n" + $0.map { "\($0)\n" }.joined() } ?? ""
        return """
            [Match]
            \(match ?? "Name=\(name)")

            [Network]
            Address=\(address)/64
            \(network.joined(separator: "\n"))
            \(keeping)\(rest)
            """
    }
}

extension Uplink {
    /// The same with a prefix that networkd asks for.
    func delegatedNetworkFile(keep6: [String] = []) -> String {
        networkFile(
            network: ["IPv6AcceptRA=yes", "DHCP=ipv6"], keep6: keep6,
            rest: """

                [IPv6AcceptRA]
                DHCPv6Client=always

                [DHCPv6]
                DUIDType=link-layer
                DUIDRawData=00:01:aa:bb:cc:dd:ee:ff
                PrefixDelegationHint=::/56
                WithoutRA=solicit
                UseAddress=no
                """)
    }
}

extension HostPlan {
    static let networkFile = "/etc/systemd/network/10-eth0.network"

    /// A host whose eth0 is kept, by a stanza or a .network file with these options.
    init(_ release: DebianRelease, _ manager: Manager, _ options: KeepOption...) {
        switch manager {
        case .ifupdown:
            let lines = options.map { "    \($0.stanzaLine)\n" }.joined()
            self.init(release, interfaces: Uplink.eth0.stanza("keep6 yes") + lines)
        case .networkd:
            self.init(release, networkFile: Uplink.eth0.networkFile(keep6: options.map(\.fileLine)))
        }
    }

    /// A host of networkd's with this file for eth0.
    init(_ release: DebianRelease, networkFile: String) {
        self.init(release, interfaces: "")
        manager = .networkd
        files[HostPlan.networkFile] = networkFile
    }
}

extension Host {
    /// Deletes the default route by this interface and no other: of routes through nexthop objects, which networkd makes
    /// on Debian 13, the kernel deletes the first one, whatever interface it is asked for.
    func deleteDefaultRoute(by interface: String) throws {
        let nexthop = try succeed("ip -6 route show default dev '\(interface)' | grep -o 'nhid [0-9]*' || true")
        try succeed("ip -6 route del default \(nexthop.isEmpty ? "dev '\(interface)'" : nexthop)")
    }

    /// Has the uplink's default route be the one that its manager learnt, and no other; networkd does not learn one
    /// again that was taken away from it, until it sets the link up anew.
    func restoreLearntRoute(by interface: String = "eth0") throws {
        let isLearnt = try defaultRoutes(by: interface).contains { $0.isLearnt }
        if manager == .networkd, !isLearnt { try succeed("networkctl reconfigure '\(interface)'") }
        try waitForLearntRoute(by: interface)
    }
}
