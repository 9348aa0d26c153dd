// A route to one address, and the prefixes that are on a link (rtnetlink(7), net/ipv6/route.c).
import CLinux
import Internet

/// A route of keep6's own to a single address that is on a link though its prefix is another link's.
package struct HostRoute: Hashable, Sendable {
    package let address: IPv6Address
    package let interface: InterfaceIndex

    package init(address: IPv6Address, interface: InterfaceIndex) {
        self.address = address
        self.interface = interface
    }

    /// The request that adds it; EEXIST if it is there.
    func addition() -> MessageWriter { request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL) }

    /// The request that adds it, or puts it in the place of the one to the same address.
    func replacement() -> MessageWriter { request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE) }

    /// The request that removes it; ESRCH if it is not there.
    func removal() -> MessageWriter { request(RTM_DELROUTE, 0) }

    private func request(_ type: Int, _ flags: Int32) -> MessageWriter {
        SpecificRoute.request(type, flags, to: address, through: interface, type: RTN_UNICAST, table: RT_TABLE_MAIN)
    }
}

/// An IPv6 route to anything but the whole internet, in the main table.
struct SpecificRoute {
    let prefix: InterfaceAddress
    let interface: InterfaceIndex
    let hasGateway: Bool
    let routeProtocol: RouteProtocol

    /// Reads an RTM_NEWROUTE; nil if it is none, or has several hops.
    static func parse(_ payload: ArraySlice<UInt8>) throws(Malformed) -> SpecificRoute? {
        var cursor = ByteCursor(payload)
        let family = try cursor.native(UInt8.self)
        let length = try cursor.native(UInt8.self)
        _ = try cursor.take(2)
        let table = try cursor.native(UInt8.self)
        let routeProtocol = RouteProtocol(rawValue: try cursor.native())
        _ = try cursor.take(1)
        let type = try cursor.native(UInt8.self)
        let flags = try cursor.native(UInt32.self)
        guard family == UInt8(AF_INET6), table == UInt8(RT_TABLE_MAIN.rawValue), type == UInt8(RTN_UNICAST),
            flags & UInt32(RTM_F_CLONED) == 0
        else { return nil }
        var destination: IPv6Address?
        var interface: InterfaceIndex?
        var hasGateway = false
        for attribute in try Attribute.parse(cursor.rest) {
            switch UInt32(attribute.type) {
            case RTA_DST.rawValue: destination = try attribute.address()
            case RTA_OIF.rawValue: interface = InterfaceIndex(rawValue: try attribute.native())
            case RTA_GATEWAY.rawValue, RTA_VIA.rawValue: hasGateway = true
            default: break
            }
        }
        guard let destination, let interface else { return nil }
        guard let prefix = InterfaceAddress(address: destination, prefixLength: length) else {
            throw Malformed("a route to a prefix of length \(length)")
        }
        return SpecificRoute(
            prefix: prefix, interface: interface, hasGateway: hasGateway, routeProtocol: routeProtocol)
    }

    /// The request that lists the routes of one program in the main table.
    static func listing(of routeProtocol: RouteProtocol) -> MessageWriter {
        var writer = MessageWriter(type: RTM_GETROUTE, flags: NLM_F_DUMP)
        header(into: &writer, length: 0, routeProtocol, type: RTN_UNSPEC, table: RT_TABLE_MAIN)
        writer.attribute(Int(RTA_TABLE.rawValue), Route.mainTable)
        return writer
    }

    /// A request about a route of keep6's own to a single address.
    static func request(
        _ request: Int, _ flags: Int32, to address: IPv6Address, through interface: InterfaceIndex, type: Int,
        table: rt_class_t
    ) -> MessageWriter {
        var writer = MessageWriter(type: request, flags: NLM_F_ACK | flags)
        header(into: &writer, length: 128, .keep6, type: type, table: table)
        writer.attribute(Int(RTA_DST.rawValue), address.bytes)
        writer.attribute(Int(RTA_PRIORITY.rawValue), UInt32(1024))
        writer.attribute(Int(RTA_OIF.rawValue), interface.rawValue)
        return writer
    }

    /// A `struct rtmsg`; with RT_TABLE_UNSPEC an attribute says which table it is, or any is meant.
    static func header(
        into writer: inout MessageWriter, length: UInt8, _ routeProtocol: RouteProtocol, type: Int, table: rt_class_t
    ) {
        writer.append(UInt8(AF_INET6))
        writer.append(length)
        writer.append(UInt16(0))
        writer.append(UInt8(table.rawValue))
        writer.append(routeProtocol.rawValue)
        writer.append(UInt8(RT_SCOPE_UNIVERSE.rawValue))
        writer.append(UInt8(type))
        writer.append(UInt32(0))
    }
}
