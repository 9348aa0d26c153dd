// An IPv6 route as rtnetlink has it (rtnetlink(7), net/ipv6/route.c).
import CLinux
import Internet

/// A number for each program that installs routes (linux/rtnetlink.h, RTPROT_*).
package struct RouteProtocol: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// From a router advertisement, by the kernel or by networkd.
    package static let routerAdvertisement = RouteProtocol(rawValue: UInt8(RTPROT_RA))
    /// keep6's own, `keep6` in rt_protos.
    package static let keep6 = RouteProtocol(rawValue: 66)
}

/// A default route (`::/0`), or another of which only that it is another matters.
package struct Route: Hashable, Sendable {
    var destinationLength: UInt8 = 0
    package var table = Route.mainTable
    package var routeProtocol = RouteProtocol.keep6
    /// RTN_UNICAST, or an error route's type.
    package var type = UInt8(RTN_UNICAST)
    /// RTNH_F_*: dead, linkdown, onlink.
    package var flags: UInt32 = 0
    package var gateway: IPv6Address?
    package var interface: InterfaceIndex?
    package var metric: UInt32 = 0
    /// ICMPV6_ROUTER_PREF_* (RFC 4191): 0 medium, 1 high, 3 low.
    package var preference: UInt8 = 0
    /// What is left of the route's life, in seconds; nil if it has no end.
    package var expires: UInt32?
    package var mtu: UInt32?
    package var hopLimit: UInt32?
    /// The nexthop object that it goes through (ip-nexthop(8)).
    package var nexthop: UInt32?
    /// One hop of a multipath route. The kernel tells one protocol and one lifetime for all its hops, whoever made them.
    package var isOneOfSeveral = false

    package init() {}

    package static let mainTable = UInt32(RT_TABLE_MAIN.rawValue)
    /// The errno of an addition whose metric another default route has.
    package static let metricIsTaken = EEXIST
    /// The errno of a removal of a route that is not there.
    package static let isNotThere = ESRCH

    package var isDefault: Bool { destinationLength == 0 && type == UInt8(RTN_UNICAST) }
    /// Marks a gateway as on the link though no prefix of the link covers it (RTNH_F_ONLINK).
    package static let onLink = UInt32(RTNH_F_ONLINK)
}

extension Route {
    /// Reads an RTM_NEWROUTE or RTM_DELROUTE; nil if it is not IPv6 or only a cached clone.
    ///
    /// Of a multipath route each hop is a route of its own.
    package static func parse(_ payload: ArraySlice<UInt8>) throws(Malformed) -> [Route] {
        var cursor = ByteCursor(payload)
        let family = try cursor.native(UInt8.self)
        var route = Route()
        route.destinationLength = try cursor.native()
        _ = try cursor.take(2)
        route.table = UInt32(try cursor.native(UInt8.self))
        route.routeProtocol = RouteProtocol(rawValue: try cursor.native())
        _ = try cursor.take(1)
        route.type = try cursor.native()
        route.flags = try cursor.native()
        guard family == UInt8(AF_INET6), route.flags & UInt32(RTM_F_CLONED) == 0 else { return [] }
        if route.destinationLength != 0 { return [route] }
        var hops: [Route]?
        for attribute in try Attribute.parse(cursor.rest) {
            if attribute.type == UInt16(RTA_MULTIPATH.rawValue) {
                hops = try Route.hops(attribute.payload)
            } else {
                try route.apply(attribute)
            }
        }
        return (hops ?? [route]).map { hop in
            var whole = route
            if let hops {
                (whole.gateway, whole.interface, whole.flags) = (hop.gateway, hop.interface, hop.flags)
                whole.isOneOfSeveral = hops.count > 1
            }
            return whole
        }
    }

    private mutating func apply(_ attribute: Attribute) throws(Malformed) {
        switch UInt32(attribute.type) {
        case RTA_GATEWAY.rawValue: gateway = try attribute.address()
        case RTA_OIF.rawValue: interface = InterfaceIndex(rawValue: try attribute.native())
        case RTA_PRIORITY.rawValue: metric = try attribute.native()
        case RTA_TABLE.rawValue: table = try attribute.native()
        case RTA_PREF.rawValue: preference = try attribute.native()
        case RTA_NH_ID.rawValue: nexthop = try attribute.native()
        case RTA_METRICS.rawValue:
            for metric in try Attribute.parse(attribute.payload) {
                if metric.type == UInt16(RTAX_MTU) { mtu = try metric.native() }
                if metric.type == UInt16(RTAX_HOPLIMIT) { hopLimit = try metric.native() }
            }
        case RTA_CACHEINFO.rawValue:
            var cursor = ByteCursor(attribute.payload)
            _ = try cursor.take(8)
            let ticks = try cursor.native(Int32.self)
            if ticks > 0 { expires = UInt32(ticks) / Route.ticksPerSecond }
            if ticks < 0 { expires = 0 }
        default: break
        }
    }

    /// The kernel counts cache times in USER_HZ, 100 a second on every architecture Debian has (time(7)).
    private static let ticksPerSecond: UInt32 = 100

    private static func hops(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> [Route] {
        var cursor = ByteCursor(bytes)
        var hops: [Route] = []
        while !cursor.isAtEnd {
            let length = Int(try cursor.native(UInt16.self))
            guard length >= 8 else { throw Malformed("a next hop of \(length) bytes") }
            var hop = Route()
            hop.flags = UInt32(try cursor.native(UInt8.self))
            _ = try cursor.take(1)
            hop.interface = InterfaceIndex(rawValue: try cursor.native())
            for attribute in try Attribute.parse(try cursor.take(length - 8)) { try hop.apply(attribute) }
            hops.append(hop)
        }
        return hops
    }
}

extension Route {
    /// The request that adds this route; EEXIST if its metric is taken by another default route.
    func addition() -> MessageWriter { addition(NLM_F_CREATE | NLM_F_EXCL) }

    private func addition(_ flags: Int32) -> MessageWriter {
        var writer = MessageWriter(type: RTM_NEWROUTE, flags: NLM_F_ACK | flags)
        write(into: &writer)
        writer.attribute(Int(RTA_PREF.rawValue), preference)
        if let expires { writer.attribute(Int(RTA_EXPIRES.rawValue), expires) }
        if mtu != nil || hopLimit != nil {
            writer.nested(Int(RTA_METRICS.rawValue)) { writer in
                if let mtu { writer.attribute(Int(RTAX_MTU), mtu) }
                if let hopLimit { writer.attribute(Int(RTAX_HOPLIMIT), hopLimit) }
            }
        }
        return writer
    }

    /// The request that gives this route, which is there, new lifetimes.
    func renewal() -> MessageWriter { addition(NLM_F_REPLACE) }

    /// The request that removes exactly this route.
    func removal() -> MessageWriter {
        var writer = MessageWriter(type: RTM_DELROUTE, flags: NLM_F_ACK)
        write(into: &writer)
        return writer
    }

    /// The request that lists the IPv6 routes.
    static func listing() -> MessageWriter {
        var writer = MessageWriter(type: RTM_GETROUTE, flags: NLM_F_DUMP)
        writer.append(UInt8(AF_INET6))
        writer.append(UInt8(0))
        writer.append(UInt16(0))
        writer.append(UInt32(0))
        writer.append(UInt32(0))
        return writer
    }

    private func write(into writer: inout MessageWriter) {
        writer.append(UInt8(AF_INET6))
        writer.append(destinationLength)
        writer.append(UInt16(0))
        writer.append(UInt8(table < 256 ? table : UInt32(RT_TABLE_UNSPEC.rawValue)))
        writer.append(routeProtocol.rawValue)
        writer.append(UInt8(RT_SCOPE_UNIVERSE.rawValue))
        writer.append(type)
        writer.append(flags & UInt32(RTNH_F_ONLINK))
        writer.attribute(Int(RTA_TABLE.rawValue), table)
        writer.attribute(Int(RTA_PRIORITY.rawValue), metric)
        if let gateway { writer.attribute(Int(RTA_GATEWAY.rawValue), gateway.bytes) }
        if let interface { writer.attribute(Int(RTA_OIF.rawValue), interface.rawValue) }
    }
}

extension Route: CustomStringConvertible {
    /// The route as ip-route(8) would write it, without its interface.
    package var description: String {
        let via = gateway.map { " via \($0)" } ?? ""
        return "default\(via) metric \(metric)"
    }

    /// Where the route leads, in words: the gateway, or the link itself.
    package var hop: String { gateway?.description ?? "the link" }
}
