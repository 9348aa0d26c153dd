// What a .network file says of its links that matters to keep6, networkd's own defaults included.

/// The settings of networkd's own that keep6 has to respect (systemd.network(5)).
package struct NetworkSettings: Equatable, Sendable {
    /// `IPv6AcceptRA=`; nil if it is not set.
    private(set) var acceptsRouterAdvertisements: Bool?
    /// `IPv6Forwarding=`, which systemd 256 brought; nil if it is not set.
    private(set) var forwardsIPv6: Bool?
    /// `IPForward=`, which systemd 256 took away.
    package private(set) var forwards = AddressFamilies.none
    private(set) var masquerades = AddressFamilies.none
    /// `IPv6SendRA=`.
    private(set) var sendsRouterAdvertisements = false
    /// The bridge or bond that the link is a port of.
    package private(set) var bridge: String?
    private(set) var bond: String?
    /// `[Link] Unmanaged=yes`: networkd leaves the link alone.
    package private(set) var isUnmanaged = false
    /// `[IPv6AcceptRA] UseGateway=`: whether networkd takes the default route from router advertisements.
    private(set) var usesGateway = true
    /// Whether networkd asks by DHCPv6 whatever routers say: `DHCP=` with IPv6, or `DHCPv6Client=always`.
    package private(set) var asksByDHCPv6 = false
    private var linkLocal: AddressFamilies?
    private var makesNoLinkLocal = false
    private var keepsMaster = false

    package init(_ file: NetworkFile) {
        for section in file.sections {
            for assignment in section.assignments { apply(assignment, in: section.name) }
        }
    }

    private mutating func apply(_ assignment: NetworkAssignment, in section: String) {
        switch (section, assignment.key) {
        case ("Link", "Unmanaged"): isUnmanaged = assignment.boolean ?? isUnmanaged
        case ("IPv6AcceptRA", "UseGateway"): usesGateway = assignment.boolean ?? usesGateway
        case ("IPv6AcceptRA", "DHCPv6Client"): asksByDHCPv6 = asksByDHCPv6 || assignment.value == "always"
        case ("Network", "DHCP"):
            asksByDHCPv6 = AddressFamilies(assignment.value)?.contains(.ipv6) ?? asksByDHCPv6
        case ("Network", _): apply(assignment)
        default: break
        }
    }

    private mutating func apply(_ assignment: NetworkAssignment) {
        let value = assignment.value
        let name = value.isEmpty ? nil : value
        switch assignment.key {
        case "IPv6AcceptRA", "IPv6AcceptRouterAdvertisements":
            acceptsRouterAdvertisements = assignment.tristate(acceptsRouterAdvertisements)
        case "IPv6Forwarding": forwardsIPv6 = assignment.tristate(forwardsIPv6)
        case "IPForward": forwards = value == "kernel" ? .none : AddressFamilies(value) ?? forwards
        case "IPMasquerade": masquerades = AddressFamilies(masquerade: assignment) ?? masquerades
        case "IPv6SendRA": sendsRouterAdvertisements = assignment.boolean ?? sendsRouterAdvertisements
        case "IPv6PrefixDelegation":
            let isEnabled = ["static", "dhcpv6"].contains(value) ? true : assignment.boolean
            sendsRouterAdvertisements = isEnabled ?? sendsRouterAdvertisements
        case "LinkLocalAddressing": linkLocal = AddressFamilies(linkLocal: value) ?? linkLocal
        case "IPv6LinkLocalAddressGenerationMode": makesNoLinkLocal = value == "none"
        case "Bridge": bridge = name
        case "Bond": bond = name
        case "KeepMaster": keepsMaster = assignment.boolean ?? keepsMaster
        default: break
        }
        if keepsMaster { (bridge, bond) = (nil, nil) }
    }

    /// Whether the link gets an IPv6 link-local address, without which it hears no router.
    var hasLinkLocal: Bool {
        guard bond == nil, !makesNoLinkLocal else { return false }
        return linkLocal?.contains(.ipv6) ?? (bridge == nil && !keepsMaster)
    }

    /// The rules by which networkd decides whether it handles router advertisements.
    package enum Networkd: CaseIterable, Sendable {
        /// systemd 252 to 255 (`network_adjust_ipv6_accept_ra`).
        case until255
        /// systemd 256 and later (`link_ndisc_enabled`).
        case since256

        /// - Parameter version: systemd's, 257 for example.
        package init(version: Int) { self = version < 256 ? .until255 : .since256 }
    }

    /// Whether networkd handles router advertisements on the link; it sets accept_ra to 0 either way.
    ///
    /// `IPv6AcceptRA=` decides if it is set. If not, networkd handles them unless it forwards IPv6: up to 255 by
    /// `IPForward=` or `IPMasquerade=`, from 256 on by `IPv6SendRA=`, `IPv6Forwarding=`, `IPMasquerade=` or the
    /// setting of the whole host. Tunnels without link-local addresses and loopback are not looked at.
    ///
    /// - Parameter hostForwards: `IPv6Forwarding=` of networkd.conf(5), or true if any link masquerades IPv6.
    package func handlesRouterAdvertisements(_ networkd: Networkd, hostForwards: Bool? = nil) -> Bool {
        guard !isUnmanaged, hasLinkLocal else { return false }
        if let acceptsRouterAdvertisements { return acceptsRouterAdvertisements }
        switch networkd {
        case .until255: return !forwards.union(masquerades).contains(.ipv6)
        case .since256:
            if sendsRouterAdvertisements { return false }
            if let forwardsIPv6 { return !forwardsIPv6 }
            return !masquerades.contains(.ipv6) && hostForwards != true
        }
    }
}

/// Address families that a setting is for (systemd's address_family_from_string and its relatives).
package struct AddressFamilies: OptionSet, Hashable, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let none: AddressFamilies = []
    package static let ipv4 = AddressFamilies(rawValue: 1)
    package static let ipv6 = AddressFamilies(rawValue: 2)

    fileprivate init?(_ text: String) {
        if let value = systemdBoolean(text) {
            self = value ? [.ipv4, .ipv6] : .none
        } else if text == "ipv4" || text == "ipv6" {
            self = text == "ipv4" ? .ipv4 : .ipv6
        } else {
            return nil
        }
    }

    fileprivate init?(linkLocal text: String) {
        switch text {
        case "fallback": self = [.ipv4, .ipv6]
        case "fallback-ipv4": self = .ipv4
        default: self.init(text)
        }
    }

    /// `yes` is IPv4 alone here.
    fileprivate init?(masquerade assignment: NetworkAssignment) {
        if let value = assignment.value.isEmpty ? false : assignment.boolean {
            self = value ? .ipv4 : .none
        } else if assignment.value == "both" {
            self = [.ipv4, .ipv6]
        } else {
            self.init(assignment.value)
        }
    }
}

extension NetworkAssignment {
    /// What a setting becomes that may be unset: an empty value unsets it, a wrong one leaves it.
    fileprivate func tristate(_ old: Bool?) -> Bool? { value.isEmpty ? nil : boolean ?? old }
}
