// What an administrator wants of one uplink, and the options it is written in.
import Internet

/// The wish for one uplink, as its `iface` stanza or its `.network` file states it.
package struct Wish: Equatable, Sendable {
    package var uplink: InterfaceName
    /// The static addresses that keep6 adds, and takes back when the uplink is no longer kept: those of `keep6-address`
    /// or `[X-Keep6] Address=`, never those that ifupdown or networkd configures (`StatedWish.staticAddresses`).
    package var addresses: [InterfaceAddress] = []
    package var acceptRA = AcceptRA.auto
    package var defaultRoute = DefaultRoute.routerAdvertisement
    /// The only routers whose default route is kept, by their link-local addresses; any if there is none.
    package var routers: [IPv6Address] = []
    /// Whether the administrator's ip6tables rules are restored before the uplink is up, and saved before it goes down.
    package var firewall = false
    /// Units started once the default route is there.
    package var start: [UnitName] = []
    /// How many seconds READY may wait for a usable global address and a default route, 0 to 3600.
    package var wait = 0
    /// The prefix that dhcpcd asks for.
    package var delegation: DelegationRequest?
    /// Networks of guests that get a /64 each of what is delegated.
    package var guests: [GuestSubnet] = []
    /// Networks for whose guests the uplink answers neighbor solicitations.
    package var proxies: [NetworkName] = []

    package init(uplink: InterfaceName) { self.uplink = uplink }

    /// Whether this address may be a router's.
    package func believes(_ router: IPv6Address) -> Bool { routers.isEmpty || routers.contains(router) }
}

/// What `net.ipv6.conf.IFACE.accept_ra` shall be (kernel Documentation/networking/ip-sysctl.rst).
package enum AcceptRA: Equatable, Sendable, LosslessStringConvertible {
    /// 2 where the kernel handles router advertisements, 0 where networkd does, untouched where another program does.
    case auto
    case fixed(Int)

    /// Reads what is written; nil if it is none of auto, 2, 1 and 0.
    package init?(_ text: String) {
        if text == "auto" {
            self = .auto
        } else {
            guard let number = (0...2).first(where: { String($0) == text }) else { return nil }
            self = .fixed(number)
        }
    }

    /// As it is written.
    package var description: String { if case .fixed(let value) = self { String(value) } else { "auto" } }

    /// What the setting must become; nil if it is right as it is.
    ///
    /// With 1 the kernel drops its default routes when forwarding goes on, and hears no router advertisement from then
    /// on, and libvirt refuses to start a network that would turn it on; 2 prevents both. 0 under `auto` says that a
    /// program handles router advertisements, or that none should; networkd sets it itself, where it handles them, and
    /// the kernel is to have no part in it there.
    package func target(from found: Int, networkdHandles: Bool) -> Int? {
        switch self {
        case .auto where networkdHandles: found == 0 ? nil : 0
        case .auto: found == 1 ? 2 : nil
        case .fixed(let value): found == value ? nil : value
        }
    }
}

/// Which default route is kept.
package enum DefaultRoute: Equatable, Sendable, CustomStringConvertible {
    /// The one that the router advertised.
    case routerAdvertisement
    /// The one through this gateway, whatever is advertised.
    case gateway(IPv6Address)
    case off

    /// Whether it goes through a given gateway, no matter which router advertises itself.
    package var isPinned: Bool { if case .gateway = self { true } else { false } }

    /// As it is written.
    package var description: String {
        switch self {
        case .routerAdvertisement: "ra"
        case .gateway(let gateway): "\(gateway)"
        case .off: "off"
        }
    }
}
