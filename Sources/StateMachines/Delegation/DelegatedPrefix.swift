// A prefix that the host was delegated, as the kernel's routes and keep6's own memory have it.
import Configuration
import Internet
import Netlink

/// A delegated prefix and its lifetimes (RFC 8415 21.22).
package struct DelegatedPrefix: Hashable, Sendable {
    package let prefix: InterfaceAddress
    /// Until then addresses of it are to be used for new connections; nil if that has no end, or is not known.
    var preferredUntil: Instant?
    /// Until then the prefix is the host's; nil as above.
    package var validUntil: Instant?

    package init(_ prefix: InterfaceAddress, preferredUntil: Instant? = nil, validUntil: Instant? = nil) {
        self.prefix = prefix
        self.preferredUntil = preferredUntil
        self.validUntil = validUntil
    }

    /// Recognises the route that networkd (`dhcp6_pd_prefix_add`), dhcpcd (`inet6_makeprefix`) and keep6 make of a
    /// delegated prefix, whoever asked for it; nil if the route is something else. It tells no lifetimes.
    package init?(_ route: UnreachableRoute) {
        guard route.table == Route.mainTable, route.routeProtocol == .dhcp, DelegatedPrefix.isBelieved(route.prefix)
        else { return nil }
        self.init(route.prefix)
    }

    /// The route that keep6 makes of it.
    package var route: UnreachableRoute { UnreachableRoute(prefix) }

    func isValid(at now: Instant) -> Bool { validUntil.map { $0 > now } ?? true }

    /// Whether a prefix can be one that networks are numbered from; anything may come in a DHCPv6 message.
    static func isBelieved(_ prefix: InterfaceAddress) -> Bool {
        DelegationRequest.lengths.contains(prefix.prefixLength) && prefix.isPrefix && prefix.isForNetworks
    }
}
