// Sending an ICMPv6 message by a raw socket.
import CLinux
import Internet
import Linux

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
