// The packet socket of one interface: what is said there of addresses that are not this host's.
import CLinux
import Internet
import Linux

/// A non-blocking packet socket that hears the neighbours of a link (packet(7)), all multicast among it.
///
/// It needs CAP_NET_RAW. Its owner waits for `descriptor` to be readable, and then calls `receive()` until nil.
public final class NeighborTap {
    private let socket: Descriptor
    private let interface: InterfaceName
    private var buffer = [UInt8](repeating: 0, count: NeighborDiscoverySocket.longestMessage)
    private var overhearing = Overhearing.nothing

    /// Opens the socket, which hears nothing before `hear` says what; ENODEV if there is no such interface.
    public init(on interface: InterfaceName, index: InterfaceIndex) throws(SystemError) {
        self.interface = interface
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue)
        // Of protocol 0 it receives nothing until it is bound, so that the filter is there first.
        socket = try Descriptor(socket: AF_PACKET, type, 0, for: "a packet socket")
        try overhearing.filter.attach(to: socket)
        let membership = packet_mreq(
            mr_ifindex: Int32(index.rawValue), mr_type: UInt16(PACKET_MR_ALLMULTI), mr_alen: 0,
            mr_address: (0, 0, 0, 0, 0, 0, 0, 0))
        try socket.set(SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership, "hear all multicast on '\(interface)'")
        var address = sockaddr_ll()
        address.sll_family = UInt16(AF_PACKET)
        address.sll_protocol = UInt16(ETH_P_IPV6).bigEndian
        address.sll_ifindex = Int32(index.rawValue)
        let length = socklen_t(MemoryLayout<sockaddr_ll>.size)
        try check("bind a packet socket to '\(interface)'") { keep6_bind(socket.raw, &address, length) }
    }

    /// For poll(2) and sd_event_add_io(3); it stays this object's.
    public var descriptor: Int32 { socket.raw }

    /// Has the kernel drop all else from now on; what is queued already stays.
    public func hear(_ overhearing: Overhearing) throws(SystemError) {
        guard overhearing != self.overhearing else { return }
        try overhearing.filter.attach(to: socket)
        self.overhearing = overhearing
    }

    /// The next packet, from its IPv6 header on; nil when nothing is left.
    ///
    /// ENETDOWN tells once that the interface went down or is gone.
    public func receive() throws(SystemError) -> ArraySlice<UInt8>? {
        do {
            let count = try check("hear neighbours on '\(interface)'") {
                recv(socket.raw, &buffer, buffer.count, Int32(MSG_TRUNC))
            }
            return buffer[..<min(count, buffer.count)]
        } catch {
            if error.code == EAGAIN { return nil }
            throw error
        }
    }
}
