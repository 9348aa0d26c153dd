// What the kernel tells of the guests' networks: neighbors, ports, addresses and on-link prefixes.
import CLinux
import Internet
import Linux

/// A change that matters to who answers for guests.
package enum GuestNotification: Equatable, Sendable {
    case neighborChanged(Neighbor)
    case neighborRemoved(Neighbor)
    /// An interface is no port of the bridge any more (br_del_if, net/bridge/br_if.c).
    case portRemoved(bridge: InterfaceIndex)
    /// An interface is there, is another, or is gone.
    case linkChanged(Link)
    /// An address of this host came or went, or a prefix that is on a link or delegated.
    case addressesChanged

    static func parse(_ message: Message) throws(Malformed) -> GuestNotification? {
        switch Int(message.type) {
        case RTM_NEWNEIGH: return try Neighbor.parse(message.payload).map { .neighborChanged($0) }
        case RTM_DELNEIGH: return try Neighbor.parse(message.payload).map { .neighborRemoved($0) }
        case RTM_NEWADDR, RTM_DELADDR, RTM_NEWROUTE, RTM_DELROUTE: return .addressesChanged
        case RTM_NEWLINK: return try Link.parse(message.payload).map { .linkChanged($0) }
        case RTM_DELLINK:
            if let bridge = try bridge(ofRemovedPort: message.payload) { return .portRemoved(bridge: bridge) }
            return try Link.parse(message.payload).map { .linkChanged($0) }
        default: return nil
        }
    }

    /// A bridge tells of its ports in messages of its own family.
    private static func bridge(ofRemovedPort payload: ArraySlice<UInt8>) throws(Malformed) -> InterfaceIndex? {
        guard payload.first == UInt8(AF_BRIDGE) else { return nil }
        var cursor = ByteCursor(payload)
        _ = try cursor.take(16)
        for attribute in try Attribute.parse(cursor.rest) where Int(attribute.type) == IFLA_MASTER {
            return InterfaceIndex(rawValue: try attribute.native())
        }
        return nil
    }
}

/// A classic BPF program that drops what no guest has to do with, so that it wakes nobody.
struct GuestFilter {
    /// Whose neighbors matter.
    let bridges: [InterfaceIndex]

    /// More bridges than this are no jump of a filter's; beyond it all neighbors are heard.
    private static let bridgeLimit = 100

    /// Where in a message its type, its family, a route's destination length and protocol, and of a neighbor its
    /// interface and state stand.
    private enum Offset {
        static let type: UInt32 = 4
        static let family: UInt32 = 16
        static let destinationLength: UInt32 = 17
        static let routeProtocol: UInt32 = 21
        static let interface: UInt32 = 20
        static let state: UInt32 = 24
    }

    /// The program. A load from a packet turns its bytes into network order, so the constants are turned as well.
    func program() -> SocketFilter {
        let blocks: [([Int], SocketFilter)] = [
            ([RTM_NEWNEIGH], neighbor(stateMatters: true)), ([RTM_DELNEIGH], neighbor(stateMatters: false)),
            ([RTM_NEWROUTE, RTM_DELROUTE], onLinkRoute), ([RTM_NEWLINK], link),
            ([RTM_DELLINK, RTM_NEWADDR, RTM_DELADDR], accepted),
        ]
        var filter = SocketFilter()
        filter.load(.half, at: Offset.type)
        for (types, block) in blocks {
            for (place, type) in types.enumerated() {
                let isLast = place == types.count - 1
                filter.skip(
                    types.count - place - 1, ifEqual: UInt32(UInt16(type).bigEndian), else: isLast ? block.count : 0)
            }
            filter.append(block)
        }
        filter.drop()
        return filter
    }

    private var accepted: SocketFilter {
        var filter = SocketFilter()
        filter.accept()
        return filter
    }

    /// Not of a bridge's family: ports that change without leaving.
    private var link: SocketFilter {
        var filter = SocketFilter()
        filter.load(.byte, at: Offset.family)
        filter.require(UInt32(AF_UNSPEC))
        filter.accept()
        return filter
    }

    /// A route to a prefix that is on a link or delegated, not of a routing daemon.
    private var onLinkRoute: SocketFilter {
        var filter = SocketFilter()
        filter.load(.byte, at: Offset.destinationLength)
        for length: UInt32 in [0, 128] {
            filter.skip(0, ifEqual: length, else: 1)
            filter.drop()
        }
        filter.load(.byte, at: Offset.routeProtocol)
        let origins = RouteProtocol.onLink + [.dhcp]
        for (place, origin) in origins.enumerated() {
            filter.skip(origins.count - place, ifEqual: UInt32(origin.rawValue), else: 0)
        }
        filter.drop()
        filter.accept()
        return filter
    }

    /// Of an entry that is in use the kernel tells all the time how it is checked; only its beginning and end matter.
    private func neighbor(stateMatters: Bool) -> SocketFilter {
        var filter = SocketFilter()
        filter.load(.byte, at: Offset.family)
        filter.require(UInt32(AF_INET6))
        if stateMatters {
            filter.load(.half, at: Offset.state)
            let states = UInt16(NUD_REACHABLE | NUD_STALE | NUD_FAILED | NUD_PERMANENT | NUD_NOARP)
            filter.skip(1, ifAnyOf: UInt32(states.bigEndian), else: 0)
            filter.drop()
        }
        guard bridges.count <= GuestFilter.bridgeLimit else {
            filter.accept()
            return filter
        }
        filter.load(.word, at: Offset.interface)
        for (place, bridge) in bridges.enumerated() {
            filter.skip(bridges.count - place, ifEqual: bridge.rawValue.bigEndian, else: 0)
        }
        filter.drop()
        filter.accept()
        return filter
    }
}
