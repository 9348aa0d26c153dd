// Raw ICMPv6 sockets (icmp6(7), RFC 3542): how one is opened, bound and sent by.
import CLinux
import Internet
import Linux

/// A raw ICMPv6 socket that does not block and hears these types of messages alone, on this interface alone, or on all;
/// it needs CAP_NET_RAW.
func openICMPv6Socket(
    hearing types: [UInt8] = [], on interface: InterfaceName? = nil, for purpose: String
) throws(SystemError) -> Descriptor {
    let type = Int32(SOCK_RAW.rawValue | SOCK_NONBLOCK.rawValue)
    let socket = try Descriptor(socket: AF_INET6, type, Int32(IPPROTO_ICMPV6), for: purpose)
    // First nothing, or what other interfaces receive meanwhile would be queued.
    var filter = keep6_icmp6_block_all()
    try socket.set(Int32(IPPROTO_ICMPV6), ICMP6_FILTER, filter, "have \(purpose) hear nothing")
    if let interface { try bind(socket, to: interface) }
    guard !types.isEmpty else { return socket }
    for type in types { keep6_icmp6_pass(&filter, type) }
    try socket.set(Int32(IPPROTO_ICMPV6), ICMP6_FILTER, filter, "set the filter of \(purpose)")
    return socket
}

/// Makes the socket send and receive only on this interface; an interface that is created again is another one
/// (socket(7)).
func bind(_ socket: borrowing Descriptor, to interface: InterfaceName) throws(SystemError) {
    let name = interface.description
    let raw = socket.raw
    try check("bind an ICMPv6 socket to '\(name)'") {
        setsockopt(raw, SOL_SOCKET, SO_BINDTODEVICE, name, socklen_t(name.utf8.count))
    }
}

/// Has the socket send as neighbor discovery has to be sent, with hop limit 255 (RFC 4861 7.2.2), and not to this host.
func sendAsNeighbor(by socket: borrowing Descriptor) throws(SystemError) {
    for (option, value) in [
        (IPV6_MULTICAST_HOPS, 255), (IPV6_UNICAST_HOPS, 255), (IPV6_MULTICAST_LOOP, 0),
    ] as [(Int32, Int32)] {
        try socket.set(Int32(IPPROTO_IPV6), option, value, "set IPv6 option \(option) of an ICMPv6 socket")
    }
}

/// Sends the message, whose checksum the kernel fills in (RFC 3542 3.1). The kernel goes by the interface where the
/// destination is of a link's scope alone (rawv6_sendmsg, net/ipv6/raw.c).
func send(
    _ message: [UInt8], to destination: IPv6Address, by interface: InterfaceIndex, on socket: borrowing Descriptor,
    _ doing: @autoclosure () -> String
) throws(SystemError) {
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_scope_id = interface.rawValue
    withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: destination.bytes) }
    let raw = socket.raw
    try check(doing()) {
        withUnsafePointer(to: address) {
            let size = socklen_t(MemoryLayout<sockaddr_in6>.size)
            return sendto(raw, message, message.count, 0, .init(__sockaddr_in6__: $0), size)
        }
    }
}

extension IPv6Address {
    init(_ address: in6_addr) {
        self = withUnsafeBytes(of: address) { IPv6Address(bytes: $0) } ?? .unspecified
    }
}
