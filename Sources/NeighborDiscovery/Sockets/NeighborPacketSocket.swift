// The packet socket of one interface: what is said there of addresses that are not this host's.
import CLinux
import Internet
import Linux

/// A non-blocking packet socket that hears the neighbors of a link (packet(7)), all multicast among it.
///
/// It needs CAP_NET_RAW. Its owner waits for `descriptor` to be readable, and then calls `receive()` until nil.
package final class NeighborPacketSocket {
    private let socket: Descriptor
    private let interface: InterfaceName
    private var buffer = [UInt8](repeating: 0, count: NeighborDiscoverySocket.longestMessage)
    private var overhearing = NeighborFilter.nothing
    private var silenced: Set<HardwareSender> = []

    /// Opens the socket, which hears nothing before `hear` says what; ENODEV if there is no such interface.
    package init(on interface: InterfaceName, index: InterfaceIndex) throws(SystemError) {
        self.interface = interface
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue)
        // Of protocol 0 it receives nothing until it is bound, so that the filter is there first.
        socket = try Descriptor(socket: AF_PACKET, type, 0, for: "a packet socket")
        try overhearing.filter(without: silenced).attach(to: socket)
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
    package var descriptor: Int32 { socket.raw }

    /// Has the kernel drop all else from now on, and all of these senders; what is queued already stays.
    package func hear(_ overhearing: NeighborFilter, without silenced: Set<HardwareSender>) throws(SystemError) {
        guard overhearing != self.overhearing || silenced != self.silenced else { return }
        try overhearing.filter(without: silenced).attach(to: socket)
        (self.overhearing, self.silenced) = (overhearing, silenced)
    }

    /// The next packet, from its IPv6 header on, and who sent it; nil when nothing is left.
    ///
    /// ENETDOWN tells once that the interface went down or is gone.
    package func receive() throws(SystemError) -> (packet: ArraySlice<UInt8>, sender: HardwareSender)? {
        var address = sockaddr_ll()
        var length = socklen_t(MemoryLayout<sockaddr_ll>.size)
        do {
            let count = try check("hear neighbors on '\(interface)'") {
                keep6_recvfrom(socket.raw, &buffer, buffer.count, Int32(MSG_TRUNC), &address, &length)
            }
            return (buffer[..<min(count, buffer.count)], HardwareSender(address))
        } catch {
            if error.code == EAGAIN { return nil }
            throw error
        }
    }
}

/// The source of a frame as it says itself, of Ethernet (RFC 2464 3); of other links there is one sender alone.
package struct HardwareSender: Hashable, Sendable, CustomStringConvertible {
    private let number: UInt64

    fileprivate init(_ address: sockaddr_ll) {
        let bytes = withUnsafeBytes(of: address.sll_addr) { Array($0.prefix(6)) }
        number = address.sll_halen == 6 ? bytes.reduce(0) { $0 << 8 | UInt64($1) } : 0
    }

    package var description: String {
        (0..<6).map { place in
            let byte = UInt8(truncatingIfNeeded: number >> UInt64(40 - 8 * place))
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined(separator: ":")
    }

    /// Drops its frames; their source follows their destination.
    func drop(_ filter: inout SocketFilter) {
        filter.load(.word, at: SocketFilter.linkHeader &+ 6)
        filter.skip(0, ifEqual: UInt32(truncatingIfNeeded: number >> 16), else: 3)
        filter.load(.half, at: SocketFilter.linkHeader &+ 10)
        filter.skip(0, ifEqual: UInt32(number & 0xffff), else: 1)
        filter.drop()
    }
}
