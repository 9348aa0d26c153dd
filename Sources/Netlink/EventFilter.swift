// The socket filter that has the kernel drop what keep6 does not need, before it is queued.
import CLinux
import Internet
import Linux

/// A classic BPF program on a netlink socket (linux/filter.h, Documentation/networking/filter.rst).
///
/// A full routing table that changes a thousand times a second then costs nothing and cannot overflow the socket:
/// routes to anything but `::/0` are dropped, links and addresses of other interfaces, and neighbours but those that
/// nobody answers for.
struct EventFilter {
    /// The uplink; nil while it does not exist, and then every link may be it.
    let uplink: InterfaceIndex?

    /// Where in a message its type, a route's destination length, an interface's index and a neighbour's state stand.
    private enum Offset {
        static let type: UInt32 = 4
        static let destinationLength: UInt32 = 17
        static let interface: UInt32 = 20
        static let neighborState: UInt32 = 24
    }

    private static let accept: UInt32 = 0xffff_ffff
    private static let drop: UInt32 = 0

    /// What follows the dispatch on the message's type, by its distance from the first statement behind it.
    private enum Block: Int {
        case accept = 0
        case route = 1
        case neighbor = 3
        case interface = 5
        case drop = 8
    }

    /// The program. A load from a packet turns its bytes into network order, so the constants are turned as well.
    func program() -> [sock_filter] {
        let ofInterface = uplink == nil ? Block.accept : .interface
        let types: [(Int, Block)] =
            [(RTM_NEWROUTE, .route), (RTM_DELROUTE, .route)]
            + [RTM_NEWADDR, RTM_DELADDR, RTM_NEWLINK, RTM_DELLINK].map { ($0, ofInterface) }
            + [(RTM_NEWNEIGH, uplink == nil ? .drop : .neighbor), (RTM_DELNEIGH, .drop)]
        var program = [statement(BPF_LD | BPF_H | BPF_ABS, Offset.type)]
        for (position, type) in types.enumerated() {
            let distance = types.count - position - 1 + type.1.rawValue
            program.append(jump(UInt32(UInt16(type.0).bigEndian), equal: UInt8(distance), other: 0))
        }
        let failed = UInt32(UInt16(NUD_FAILED).bigEndian)
        program += [
            statement(BPF_RET | BPF_K, EventFilter.accept),
            statement(BPF_LD | BPF_B | BPF_ABS, Offset.destinationLength),
            jump(0, equal: 4, other: 5),
            statement(BPF_LD | BPF_H | BPF_ABS, Offset.neighborState),
            jump(failed, equal: 0, other: 3),
            statement(BPF_LD | BPF_W | BPF_ABS, Offset.interface),
            jump(uplink?.rawValue.bigEndian ?? 0, equal: 0, other: 1),
            statement(BPF_RET | BPF_K, EventFilter.accept),
            statement(BPF_RET | BPF_K, EventFilter.drop),
        ]
        return program
    }

    func attach(to socket: borrowing Descriptor) throws(SystemError) {
        var program = self.program()
        let count = UInt16(program.count)
        // Swift 6.0 forgets the type of an error that a closure throws, so the closure returns it.
        let failure = program.withUnsafeMutableBufferPointer { pointer -> SystemError? in
            do throws(SystemError) {
                try socket.set(
                    SOL_SOCKET, SO_ATTACH_FILTER, sock_fprog(len: count, filter: pointer.baseAddress),
                    "attach the filter to the netlink socket")
                return nil
            } catch { return error }
        }
        if let failure { throw failure }
    }

    private func statement(_ code: Int32, _ value: UInt32) -> sock_filter {
        sock_filter(code: UInt16(code), jt: 0, jf: 0, k: value)
    }

    private func jump(_ value: UInt32, equal: UInt8, other: UInt8) -> sock_filter {
        sock_filter(code: UInt16(BPF_JMP | BPF_JEQ | BPF_K), jt: equal, jf: other, k: value)
    }
}
