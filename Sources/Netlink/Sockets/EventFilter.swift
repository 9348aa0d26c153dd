// The socket filter that has the kernel drop what keep6 does not need, before it is queued.
import CLinux
import Internet
import Linux

/// A classic BPF program on a netlink socket (linux/filter.h, Documentation/networking/filter.rst).
///
/// A full routing table that changes a thousand times a second then costs nothing and cannot overflow the socket:
/// routes to anything but `::/0` are dropped, links and addresses of other interfaces, and neighbors but those that
/// nobody answers for.
struct EventFilter {
    /// The uplink; nil while it does not exist, and then every link may be it.
    let uplink: InterfaceIndex?

    /// Where in a message its type, a route's destination length, an interface's index and a neighbor's state stand.
    private enum Offset {
        static let type: UInt32 = 4
        static let destinationLength: UInt32 = 17
        static let interface: UInt32 = 20
        static let neighborState: UInt32 = 24
    }

    /// What follows the dispatch on the message's type, by its distance from the first statement behind it.
    private enum Block: Int {
        case accept = 0
        case route = 1
        case neighbor = 3
        case interface = 5
        case drop = 8
    }

    /// The program. A load from a packet turns its bytes into network order, so the constants are turned as well.
    func program() -> SocketFilter {
        let ofInterface = uplink == nil ? Block.accept : .interface
        let types: [(Int, Block)] =
            [(RTM_NEWROUTE, .route), (RTM_DELROUTE, .route)]
            + [RTM_NEWADDR, RTM_DELADDR, RTM_NEWLINK, RTM_DELLINK].map { ($0, ofInterface) }
            + [(RTM_NEWNEIGH, uplink == nil ? .drop : .neighbor), (RTM_DELNEIGH, .drop)]
        var filter = SocketFilter()
        filter.load(.half, at: Offset.type)
        for (position, type) in types.enumerated() {
            let distance = types.count - position - 1 + type.1.rawValue
            filter.skip(distance, ifEqual: UInt32(UInt16(type.0).bigEndian), else: 0)
        }
        filter.accept()
        filter.load(.byte, at: Offset.destinationLength)
        filter.skip(4, ifEqual: 0, else: 5)
        filter.load(.half, at: Offset.neighborState)
        filter.skip(0, ifEqual: UInt32(UInt16(NUD_FAILED).bigEndian), else: 3)
        filter.load(.word, at: Offset.interface)
        filter.skip(0, ifEqual: uplink?.rawValue.bigEndian ?? 0, else: 1)
        filter.accept()
        filter.drop()
        return filter
    }
}
