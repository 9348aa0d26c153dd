// A route that says that nobody is there: what DHCPv6 clients make of a delegated prefix (rtnetlink(7)).
import CLinux
import Internet
import Linux

extension RouteProtocol {
    /// Of a DHCP client: networkd, dhcpcd, and keep6 for a prefix that dhcpcd was delegated.
    package static let dhcp = RouteProtocol(rawValue: UInt8(RTPROT_DHCP))
}

/// An `unreachable PREFIX` route; what no more specific route leads to is answered for instead of going round in
/// circles between the host and its provider (RFC 7084 4.3, WPD-5).
///
/// The kernel gives such a route no lifetime, though it takes one without a word (net/ipv6/route.c,
/// ip6_route_info_create: `fib6_flags = RTF_REJECT | RTF_NONEXTHOP`), so who makes it must end it.
package struct UnreachableRoute: Hashable, Sendable {
    package var prefix: InterfaceAddress
    package var table = Route.mainTable
    package var routeProtocol = RouteProtocol.dhcp
    package var metric: UInt32 = 1024

    package init(_ prefix: InterfaceAddress) { self.prefix = prefix }
}

extension UnreachableRoute {
    /// Reads an RTM_NEWROUTE or RTM_DELROUTE; nil if it is another kind of route.
    package static func parse(_ payload: ArraySlice<UInt8>) throws(Malformed) -> UnreachableRoute? {
        var cursor = ByteCursor(payload)
        let family = try cursor.native(UInt8.self)
        let length = try cursor.native(UInt8.self)
        _ = try cursor.take(2)
        let table = UInt32(try cursor.native(UInt8.self))
        let routeProtocol = RouteProtocol(rawValue: try cursor.native())
        _ = try cursor.take(1)
        let type = try cursor.native(UInt8.self)
        let flags = try cursor.native(UInt32.self)
        guard family == UInt8(AF_INET6), type == UInt8(RTN_UNREACHABLE), flags & UInt32(RTM_F_CLONED) == 0 else {
            return nil
        }
        let attributes = try Attribute.parse(cursor.rest)
        let destination = attributes.first { $0.type == UInt16(RTA_DST.rawValue) }
        let address = try destination.map { attribute throws(Malformed) in try attribute.address() }
        guard let prefix = InterfaceAddress(address: address ?? .unspecified, prefixLength: length) else {
            throw Malformed("a prefix of \(length) bits")
        }
        var route = UnreachableRoute(prefix)
        (route.table, route.routeProtocol) = (table, routeProtocol)
        for attribute in attributes { try route.apply(attribute) }
        return route
    }

    private mutating func apply(_ attribute: Attribute) throws(Malformed) {
        switch UInt32(attribute.type) {
        case RTA_PRIORITY.rawValue: metric = try attribute.native()
        case RTA_TABLE.rawValue: table = try attribute.native()
        default: break
        }
    }

    /// The request that adds this route, or leaves the one that is there as it is.
    func addition() -> MessageWriter { request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE) }

    /// The request that removes exactly this route.
    func removal() -> MessageWriter { request(RTM_DELROUTE, 0) }

    private func request(_ type: Int, _ flags: Int32) -> MessageWriter {
        var writer = MessageWriter(type: type, flags: NLM_F_ACK | flags)
        SpecificRoute.header(
            into: &writer, length: prefix.prefixLength, routeProtocol, type: RTN_UNREACHABLE, table: RT_TABLE_UNSPEC)
        writer.attribute(Int(RTA_DST.rawValue), prefix.address.bytes)
        writer.attribute(Int(RTA_TABLE.rawValue), table)
        writer.attribute(Int(RTA_PRIORITY.rawValue), metric)
        return writer
    }

    /// The request that lists the IPv6 routes of DHCP clients that say so.
    static func listing() -> MessageWriter {
        var writer = MessageWriter(type: RTM_GETROUTE, flags: NLM_F_DUMP)
        SpecificRoute.header(into: &writer, length: 0, .dhcp, type: RTN_UNREACHABLE, table: RT_TABLE_UNSPEC)
        return writer
    }
}

extension Rtnetlink {
    /// Adds the route; that it is there already is as good.
    package func put(_ route: UnreachableRoute) throws(SystemError) {
        try request(route.addition(), "add \(route)")
    }

    /// Removes exactly this route; ESRCH if it is not there.
    package func remove(_ route: UnreachableRoute) throws(SystemError) {
        try request(route.removal(), "remove \(route)")
    }

    /// The unreachable prefixes of DHCP clients, in every table.
    package func unreachableRoutes() throws(SystemError) -> [UnreachableRoute] {
        try list(UnreachableRoute.listing(), "list the unreachable prefixes") { payload throws(Malformed) in
            try UnreachableRoute.parse(payload)
        }
    }
}
