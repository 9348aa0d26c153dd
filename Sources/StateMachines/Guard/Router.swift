// A router that advertised itself on the uplink, and what is remembered of it.
import Internet
import NeighborDiscovery
import Netlink

/// A default router, as its advertisements or its route in the kernel showed it.
package struct Router: Hashable, Sendable {
    package let address: IPv6Address
    /// When its default router lifetime (RFC 4861 4.2) is over; nil for a pinned gateway, which has none.
    package var expiry: Instant?
    /// The lifetime it last advertised.
    package var lifetime: Duration = .zero
    /// ICMPV6_ROUTER_PREF_* (RFC 4191).
    package var preference: UInt8 = 0
    package var mtu: UInt32?
    package var hopLimit: UInt32?
    /// The metric of the route that the kernel or networkd had for it.
    package var metric: UInt32 = Router.kernelMetric

    package init(address: IPv6Address) { self.address = address }

    /// Less is preferred; the reserved number counts as medium (RFC 4191 2.1).
    var rank: Int {
        switch preference {
        case RouterPreference.high.netlinkValue: 0
        case RouterPreference.low.netlinkValue: 2
        default: 1
        }
    }

    /// What the kernel gives a route learned by router advertisement (IP6_RT_PRIO_USER, net/ipv6/ndisc.c).
    static let kernelMetric: UInt32 = 1024
    /// What a pinned gateway's route gets, so that it wins over advertised ones.
    static let pinnedMetric: UInt32 = 512

    /// Whether at least a second of its lifetime is left: less cannot be given to a route.
    func isAlive(at now: Instant) -> Bool {
        guard let expiry else { return true }
        return now.duration(to: expiry) >= .seconds(1)
    }

    /// Whether its last advertisement is less than a second old.
    func hasJustSpoken(at now: Instant) -> Bool {
        guard let expiry else { return false }
        return now.duration(to: expiry) > lifetime - .seconds(1)
    }

    /// The route that keep6 puts in place of a lost one: one metric worse, for what is left of the lifetime.
    func substitute(through interface: InterfaceIndex, at now: Instant) -> Route {
        var route = Route()
        route.routeProtocol = .keep6
        route.gateway = address
        route.interface = interface
        route.preference = preference
        route.mtu = mtu
        route.hopLimit = hopLimit
        if let expiry {
            route.metric = min(metric, UInt32.max - 1) + 1
            route.expires = UInt32(clamping: now.duration(to: expiry).components.seconds)
        } else {
            route.metric = Router.pinnedMetric
            if !address.isLinkLocal { route.flags = Route.onLink }
        }
        return route
    }
}
