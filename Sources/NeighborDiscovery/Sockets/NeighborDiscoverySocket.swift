// The raw ICMPv6 socket of one interface: it moves bytes, and leaves their meaning to the other files.
import CLinux
import Internet
import Linux

/// A non-blocking raw ICMPv6 socket, bound to one interface (icmp6(7), RFC 3542).
///
/// It needs CAP_NET_RAW. Its owner waits for `descriptor` to be readable, and then calls `receive()` until `.none`.
package final class NeighborDiscoverySocket {
    package private(set) var interface: InterfaceName
    /// The index that the interface had when the socket was bound to it.
    package private(set) var index: InterfaceIndex
    private let socket: Descriptor
    private var buffer = [UInt8](repeating: 0, count: NeighborDiscoverySocket.longestMessage)
    private var control = [UInt8](repeating: 0, count: 256)

    /// The longest message that is read, in bytes: a jumbo frame. Neighbor Discovery comes in one frame (RFC 6980).
    static let longestMessage = 9216

    /// Opens the socket for the given message types; all others stay in the kernel.
    package init(on interface: InterfaceName, receiving types: [MessageType] = [.routerAdvertisement])
        throws(SystemError)
    {
        self.interface = interface
        index = InterfaceIndex(rawValue: 0)
        socket = try openICMPv6Socket(
            hearing: types.map(\.rawValue), on: interface, for: "an ICMPv6 socket on '\(interface)'")
        try readIndex()
        try configure()
    }

    /// Has the kernel drop whatever is not admitted, and what says nothing of routers, from now on; what is queued
    /// already stays.
    package func admit(_ admission: RouterFilter) throws(SystemError) { try admission.filter.attach(to: socket) }

    /// For poll(2) and sd_event_add_io(3); it stays this object's.
    package var descriptor: Int32 { socket.raw }

    /// Binds to an interface: another one, or the same again, which was re-created and has a new index (socket(7)).
    package func bind(to interface: InterfaceName) throws(SystemError) {
        try NeighborDiscovery.bind(socket, to: interface)
        self.interface = interface
        try readIndex()
    }

    private func readIndex() throws(SystemError) {
        var bound: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        try check("read the index of '\(interface)'") {
            getsockopt(socket.raw, SOL_SOCKET, SO_BINDTOIFINDEX, &bound, &size)
        }
        index = InterfaceIndex(rawValue: UInt32(bitPattern: bound))
    }

    /// Sends a Router Solicitation to all routers of the link, from an address of the kernel's choice.
    ///
    /// Throws EADDRNOTAVAIL or ENETUNREACH while the link is down or has no address that is usable.
    package func solicit(linkLayerAddress: [UInt8]?) throws(SystemError) {
        try sendToRouters(
            RouterSolicitation(sourceLinkLayerAddress: linkLayerAddress).bytes, "solicit a router on '\(interface)'")
    }

    /// Tells the routers of the link an address of this host's, unasked, so that none has to ask for it (RFC 9131).
    ///
    /// Throws what `solicit` throws.
    package func announce(_ advertisement: NeighborAdvertisement) throws(SystemError) {
        try sendToRouters(advertisement.bytes, "announce \(advertisement.target) to the routers on '\(interface)'")
    }

    private func sendToRouters(_ bytes: [UInt8], _ doing: @autoclosure () -> String) throws(SystemError) {
        try send(bytes, to: .allRouters, by: index, on: socket, doing())
    }

    /// The next message, judged; `.none` when nothing is left.
    package func receive() throws(SystemError) -> Reception {
        do {
            return try nextMessage().judged(on: index)
        } catch {
            if error.code == EAGAIN { return .none }
            throw error
        }
    }
}

extension NeighborDiscoverySocket {
    /// Sends as a neighbor; receives with hop limit, interface and fragment size.
    private func configure() throws(SystemError) {
        try sendAsNeighbor(by: socket)
        for option in [IPV6_RECVHOPLIMIT, IPV6_RECVPKTINFO, IPV6_RECVFRAGSIZE] as [Int32] {
            try socket.set(
                Int32(IPPROTO_IPV6), option, Int32(1), "set IPv6 option \(option) of the socket on '\(interface)'")
        }
    }

    /// Reads one message by recvmsg(2) into the buffer; throws EAGAIN when nothing is left.
    func nextMessage() throws(SystemError) -> ReceivedMessage {
        var source = sockaddr_in6()
        var header = msghdr()
        header.msg_namelen = socklen_t(MemoryLayout<sockaddr_in6>.size)
        header.msg_controllen = control.count
        let count = try check("receive ICMPv6 on '\(interface)'") {
            buffer.withUnsafeMutableBytes { bytes in
                control.withUnsafeMutableBytes { control in
                    withUnsafeMutablePointer(to: &source) { source in
                        var part = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
                        return withUnsafeMutablePointer(to: &part) { part in
                            header.msg_name = UnsafeMutableRawPointer(source)
                            header.msg_iov = part
                            header.msg_iovlen = 1
                            header.msg_control = control.baseAddress
                            return recvmsg(socket.raw, &header, 0)
                        }
                    }
                }
            }
        }
        var message = ReceivedMessage(bytes: buffer[..<min(count, buffer.count)])
        message.source = IPv6Address(source.sin6_addr)
        message.isTruncated = header.msg_flags & Int32(MSG_TRUNC) != 0
        control.withUnsafeMutableBytes { control in
            header.msg_control = control.baseAddress
            message.readControl(&header)
        }
        return message
    }
}

extension ReceivedMessage {
    /// Takes over what the kernel says beside the bytes (ipv6(7)).
    fileprivate mutating func readControl(_ header: inout msghdr) {
        var next = keep6_cmsg_first(&header)
        while let item = next {
            if item.pointee.cmsg_level == Int32(IPPROTO_IPV6), let data = keep6_cmsg_data(item) {
                switch item.pointee.cmsg_type {
                case IPV6_HOPLIMIT:
                    hopLimit = data.loadUnaligned(as: Int32.self)
                case IPV6_PKTINFO:
                    let information = data.loadUnaligned(as: in6_pktinfo.self)
                    destination = IPv6Address(information.ipi6_addr)
                    interface = InterfaceIndex(rawValue: UInt32(information.ipi6_ifindex))
                case IPV6_RECVFRAGSIZE:
                    isFragmented = true
                default:
                    break
                }
            }
            next = keep6_cmsg_next(&header, item)
        }
    }
}
