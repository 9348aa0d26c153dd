// A neighbor cache entry, as far as keep6 needs it: whether an address on the link answers (rtnetlink(7), RFC 4861 7.3).
import CLinux
import Internet

/// An IPv6 address on a link and what neighbor unreachability detection found of it.
package struct Neighbor: Hashable, Sendable {
    package let interface: InterfaceIndex
    package let address: IPv6Address
    /// NUD_* (linux/neighbour.h).
    let state: UInt16

    /// Nobody answered for the address (NUD_FAILED).
    package var hasFailed: Bool { state & UInt16(NUD_FAILED) != 0 }
    /// It answered not long ago, or an administrator says that it is there.
    package var hasAnswered: Bool { state & UInt16(NUD_REACHABLE | NUD_PERMANENT | NUD_NOARP) != 0 }
    /// It is not asked: an administrator's own entry, or a link without Neighbor Discovery.
    package var isStatic: Bool { state & UInt16(NUD_PERMANENT | NUD_NOARP) != 0 }
    /// An administrator's own entry (NUD_PERMANENT).
    package var isPermanent: Bool { state & UInt16(NUD_PERMANENT) != 0 }
    /// It was heard of, and nothing speaks against it.
    package var isKnown: Bool { hasAnswered || state & UInt16(NUD_STALE | NUD_DELAY | NUD_PROBE) != 0 }

    /// Reads an RTM_NEWNEIGH or RTM_DELNEIGH; nil if it is not IPv6, or an entry to answer for others.
    package static func parse(_ payload: ArraySlice<UInt8>) throws(Malformed) -> Neighbor? {
        guard let entry = try NeighborEntry.parse(payload), !entry.isProxy else { return nil }
        return Neighbor(interface: entry.interface, address: entry.address, state: entry.state)
    }

    /// The request that has the kernel forget it; ENOENT if it is not there.
    func removal() -> MessageWriter {
        var writer = NeighborEntry.header(RTM_DELNEIGH, flags: NLM_F_ACK, interface: interface)
        writer.attribute(Int(NDA_DST), address.bytes)
        return writer
    }

    /// The request that lists the neighbors on one interface.
    static func listing(on interface: InterfaceIndex) -> MessageWriter {
        var writer = NeighborEntry.header(RTM_GETNEIGH, flags: NLM_F_DUMP)
        writer.attribute(Int(NDA_IFINDEX), interface.rawValue)
        return writer
    }

    /// The request that has the kernel ask a neighbor whose link-layer address it knows, three times in three seconds
    /// (`net.ipv6.neigh.IFACE.ucast_solicit`, `retrans_time_ms`); ENOENT if there is none, EINVAL if it does not know it.
    static func probe(_ address: IPv6Address, on interface: InterfaceIndex) -> MessageWriter {
        var writer = NeighborEntry.header(
            RTM_NEWNEIGH, flags: NLM_F_ACK | NLM_F_REPLACE, interface: interface, state: UInt16(NUD_PROBE))
        writer.attribute(Int(NDA_DST), address.bytes)
        return writer
    }

    /// The request that has the kernel ask all neighbors for the address, as a packet to it would: three times in three
    /// seconds (`net.ipv6.neigh.IFACE.mcast_solicit`).
    static func resolution(of address: IPv6Address, on interface: InterfaceIndex) -> MessageWriter {
        var writer = NeighborEntry.header(
            RTM_NEWNEIGH, flags: NLM_F_ACK | NLM_F_CREATE, interface: interface, entryFlags: UInt8(NTF_USE))
        writer.attribute(Int(NDA_DST), address.bytes)
        return writer
    }

    /// The request for one neighbor; ENOENT if there is none.
    static func query(_ address: IPv6Address, on interface: InterfaceIndex) -> MessageWriter {
        var writer = NeighborEntry.header(RTM_GETNEIGH, flags: 0, interface: interface)
        writer.attribute(Int(NDA_DST), address.bytes)
        return writer
    }
}

/// An address that the kernel answers for on an interface though another host has it (RFC 4861 7.2.8).
package struct ProxyNeighbor: Hashable, Sendable {
    package let interface: InterfaceIndex
    package let address: IPv6Address
    /// Who asked for it (NDA_PROTOCOL, the numbers of routes); 0 if that was not said.
    package let origin: RouteProtocol

    package init(interface: InterfaceIndex, address: IPv6Address, origin: RouteProtocol = .keep6) {
        self.interface = interface
        self.address = address
        self.origin = origin
    }

    /// Reads an RTM_NEWNEIGH; nil if it is not IPv6, or a neighbor.
    static func parse(_ payload: ArraySlice<UInt8>) throws(Malformed) -> ProxyNeighbor? {
        guard let entry = try NeighborEntry.parse(payload), entry.isProxy else { return nil }
        return ProxyNeighbor(interface: entry.interface, address: entry.address, origin: entry.origin)
    }

    /// The request that adds it, or changes nothing.
    func addition() -> MessageWriter {
        var writer = NeighborEntry.header(
            RTM_NEWNEIGH, flags: NLM_F_ACK | NLM_F_CREATE, interface: interface, entryFlags: UInt8(NTF_PROXY))
        writer.attribute(Int(NDA_DST), address.bytes)
        writer.attribute(Int(NDA_PROTOCOL), origin.rawValue)
        return writer
    }

    /// The request that removes it; ENOENT if it is not there.
    func removal() -> MessageWriter {
        var writer = NeighborEntry.header(
            RTM_DELNEIGH, flags: NLM_F_ACK, interface: interface, entryFlags: UInt8(NTF_PROXY))
        writer.attribute(Int(NDA_DST), address.bytes)
        return writer
    }

    /// The request that lists them on every interface; the kernel's filter by interface has no effect on them before 6.0.
    static func listing() -> MessageWriter {
        NeighborEntry.header(RTM_GETNEIGH, flags: NLM_F_DUMP, entryFlags: UInt8(NTF_PROXY))
    }
}

/// A struct ndmsg with those attributes that keep6 reads.
private struct NeighborEntry {
    let interface: InterfaceIndex
    let address: IPv6Address
    let state: UInt16
    let isProxy: Bool
    let origin: RouteProtocol

    static func parse(_ payload: ArraySlice<UInt8>) throws(Malformed) -> NeighborEntry? {
        var cursor = ByteCursor(payload)
        let family = try cursor.native(UInt8.self)
        _ = try cursor.take(3)
        let interface = InterfaceIndex(rawValue: try cursor.native())
        let state = try cursor.native(UInt16.self)
        let flags = try cursor.native(UInt8.self)
        _ = try cursor.take(1)
        guard family == UInt8(AF_INET6) else { return nil }
        var address: IPv6Address?
        var origin = RouteProtocol(rawValue: 0)
        for attribute in try Attribute.parse(cursor.rest) {
            switch Int(attribute.type) {
            case NDA_DST: address = try attribute.address()
            case NDA_PROTOCOL: origin = RouteProtocol(rawValue: try attribute.native())
            default: break
            }
        }
        guard let address else { throw Malformed("a neighbor message without an address") }
        let isProxy = flags & UInt8(NTF_PROXY) != 0
        return NeighborEntry(interface: interface, address: address, state: state, isProxy: isProxy, origin: origin)
    }

    static func header(
        _ type: Int, flags: Int32, interface: InterfaceIndex = InterfaceIndex(rawValue: 0), entryFlags: UInt8 = 0,
        state: UInt16 = 0
    ) -> MessageWriter {
        var writer = MessageWriter(type: type, flags: flags)
        writer.append(UInt8(AF_INET6))
        writer.append(UInt8(0))
        writer.append(UInt16(0))
        writer.append(interface.rawValue)
        writer.append(state)
        writer.append(entryFlags)
        writer.append(UInt8(0))
        return writer
    }
}

/// How an interface answers for others (RTM_SETNEIGHTBL, linux/neighbour.h).
enum NeighborTable {
    /// The request that sets by how many milliseconds at most an answer for others to a question to all is put off
    /// (`net.ipv6.neigh.IFACE.proxy_delay`).
    static func delayingProxies(on interface: InterfaceIndex, milliseconds: UInt64) -> MessageWriter {
        var writer = MessageWriter(type: RTM_SETNEIGHTBL, flags: NLM_F_ACK)
        writer.append(UInt8(AF_INET6))
        writer.append(UInt8(0))
        writer.append(UInt16(0))
        writer.attribute(Int(NDTA_NAME), Array("ndisc_cache".utf8) + [0])
        writer.nested(Int(NDTA_PARMS)) { writer in
            writer.attribute(Int(NDTPA_IFINDEX), interface.rawValue)
            writer.attribute(Int(NDTPA_PROXY_DELAY), milliseconds)
        }
        return writer
    }
}
