// The columns of the survival table: what may keep a host's uplink up.
import Foundation

enum Setup: String, CaseIterable, Sendable {
    case ifupdown
    case persistent
    case networkd
    case networkManager
    case dhcpcd
    case recipe
    case keep6OnIfupdown
    case keep6OnNetworkd
    case guestOnIfupdown
    case guestOnNetworkd

    var title: String {
        switch self {
        case .ifupdown: "ifupdown"
        case .persistent: "ifupdown, accept_ra 2, iptables-persistent"
        case .networkd: "networkd"
        case .networkManager: "NetworkManager"
        case .dhcpcd: "dhcpcd"
        case .recipe: "blog recipe"
        case .keep6OnIfupdown: "keep6 on ifupdown"
        case .keep6OnNetworkd: "keep6 on networkd"
        case .guestOnIfupdown: "guest, keep6 on ifupdown"
        case .guestOnNetworkd: "guest, keep6 on networkd"
        }
    }

    /// The same in a picture's column, line by line.
    var shortTitle: [String] {
        switch self {
        case .persistent: ["ifupdown,", "accept_ra 2"]
        case .networkManager: ["Network-", "Manager"]
        case .recipe: ["blog", "recipe"]
        case .keep6OnIfupdown: ["keep6 on", "ifupdown"]
        case .keep6OnNetworkd: ["keep6 on", "networkd"]
        case .guestOnIfupdown: ["guest,", "keep6 on", "ifupdown"]
        case .guestOnNetworkd: ["guest,", "keep6 on", "networkd"]
        default: [title]
        }
    }

    /// Whether a guest is watched, and not the host.
    var hasGuest: Bool { self == .guestOnIfupdown || self == .guestOnNetworkd }

    var hasKeep6: Bool { self == .keep6OnIfupdown || self == .keep6OnNetworkd || hasGuest }

    /// Whether the libvirt network runs from the start; the recipe adds its route only where forwarding has cost the
    /// router's.
    var startsNetwork: Bool { self == .recipe }

    /// Whether the host forwards from the start.
    var forwards: Bool { startsNetwork || hasGuest }

    /// A host that comes up by itself, or, of the recipe, one that is left to an `ifup` by hand.
    func plan(_ release: DebianRelease, comesUp: Bool = true) -> HostPlan {
        var plan = bare(release, bringUp: comesUp || self != .recipe ? "auto" : nil)
        plan.purpose = .survival
        plan.hasPackage = hasKeep6
        if startsNetwork { plan.libvirtNetwork = .onAutostart }
        if hasGuest { plan.addGuestNetwork(DelegatedGuest.network, number: DelegatedGuest.number) }
        return plan
    }

    private func bare(_ release: DebianRelease, bringUp: String?) -> HostPlan {
        let uplink = Uplink.eth0
        switch self {
        case .ifupdown: return HostPlan(release, interfaces: uplink.stanza())
        case .persistent:
            var plan = HostPlan(release, interfaces: uplink.stanza("accept_ra 2"))
            plan.preparation = ["systemctl -q enable netfilter-persistent.service"]
            return plan
        case .networkd: return HostPlan(release, networkFile: uplink.networkFile(keep6: nil))
        case .networkManager:
            var plan = HostPlan(release, interfaces: "")
            plan.files[Self.profile] = uplink.networkManagerProfile
            plan.preparation = ["chmod 600 \(Self.profile)", "systemctl -q enable NetworkManager.service"]
            return plan
        case .dhcpcd:
            var plan = HostPlan(release, interfaces: "")
            plan.files["/etc/dhcpcd.conf"] = uplink.dhcpcdConfiguration
            plan.files["/etc/systemd/system/dhcpcd.service"] = Self.dhcpcdService
            plan.preparation = ["systemctl -q enable dhcpcd.service"]
            return plan
        case .recipe:
            let route = "post-up \(Self.recipeRoute)"
            let lines = ["post-up sleep 30", "post-up systemctl start libvirtd", route].map { "    \($0)\n" }.joined()
            return HostPlan(release, interfaces: uplink.stanza(bringUp: bringUp) + lines)
        case .keep6OnIfupdown: return HostPlan(release, .ifupdown)
        case .keep6OnNetworkd: return HostPlan(release, .networkd)
        case .guestOnIfupdown:
            let options = ["keep6 yes", "keep6-delegation \(DelegationCases.duid)", "keep6-guests \(Self.guests)"]
            return HostPlan(release, interfaces: uplink.stanza(options))
        case .guestOnNetworkd:
            return HostPlan(release, networkFile: uplink.delegatedNetworkFile(keep6: ["Guests=\(Self.guests)"]))
        }
    }

    private static let guests = "\(DelegatedGuest.network):\(DelegatedGuest.number)"
    static let profile = "/etc/NetworkManager/system-connections/eth0.nmconnection"
    private static let recipeRoute = "ip -6 r a default via \(Provider.gateway) dev eth0"

    /// As in Debian's package dhcpcd, of which dhcpcd-base is all but this.
    static let dhcpcdService = """
        [Unit]
        Wants=network.target
        Before=network.target

        [Service]
        Type=forking
        PIDFile=/run/dhcpcd/pid
        ExecStart=/usr/sbin/dhcpcd -q -b
        ExecStop=/usr/sbin/dhcpcd -x
        RuntimeDirectory=dhcpcd

        [Install]
        WantedBy=multi-user.target
        """
}

// MARK: - What is done to each in its own words

extension Setup {
    /// Sets the uplink up anew.
    var renewal: String {
        switch self {
        case .ifupdown, .persistent, .recipe, .keep6OnIfupdown, .guestOnIfupdown: "ifdown eth0 && ifup eth0"
        case .networkd, .keep6OnNetworkd, .guestOnNetworkd: "networkctl reconfigure eth0"
        case .networkManager: "nmcli connection up eth0"
        case .dhcpcd: "dhcpcd -k eth0; sleep 0.2; dhcpcd eth0"
        }
    }

    /// Restarts what manages the uplink.
    var restart: String {
        switch self {
        case .ifupdown, .persistent, .recipe, .keep6OnIfupdown, .guestOnIfupdown: "systemctl restart networking.service"
        case .networkd, .keep6OnNetworkd, .guestOnNetworkd: "systemctl restart systemd-networkd.service"
        case .networkManager: "systemctl restart NetworkManager.service"
        case .dhcpcd: "systemctl restart dhcpcd.service"
        }
    }

    /// Brings a host back to the state in which each disruption finds it, apart from the sysctls and libvirt.
    var reset: String {
        switch self {
        case .recipe: "ip -6 route replace default via \(Provider.gateway) dev eth0"
        case .ifupdown, .persistent, .keep6OnIfupdown, .guestOnIfupdown: "ifdown --force eth0; ifup eth0"
        default: renewal
        }
    }

    /// Saves the ip6tables rules, and restores what was saved; nil where nothing does.
    var firewall: (save: String, restore: String)? {
        switch self {
        case .persistent: ("netfilter-persistent save", "netfilter-persistent reload")
        case _ where hasKeep6: ("keep6 firewall save", "keep6 firewall restore")
        default: nil
        }
    }
}

extension Uplink {
    var networkManagerProfile: String {
        """
        [connection]
        id=\(name)
        type=ethernet
        interface-name=\(name)

        [ipv4]
        method=disabled

        [ipv6]
        method=auto
        address1=\(address)/64

        """
    }

    /// Without udev, which the lab's hosts lack, it must not wait for udev's word on an interface.
    fileprivate var dhcpcdConfiguration: String {
        """
        nodev
        interface \(name)
        noipv4
        ipv6rs
        static ip6_address=\(address)/64

        """
    }
}
