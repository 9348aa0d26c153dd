// Somebody on the link who sends what they like: whole ICMPv6 packets, from any address and with any hop limit.
import CLinux
import Glibc
import Internet
import Linux

/// A raw socket in a namespace, whose packets have the header that is written here (raw(7), IPPROTO_RAW).
final class MessageSender {
    private let socket: RawSocket
    private let index: UInt32

    init(in namespace: NetworkNamespace, by interface: String) throws {
        (socket, index) = try namespace.run {
            (try RawSocket(), if_nametoindex(interface))
        }
    }

    private final class RawSocket {
        let descriptor: Descriptor

        init() throws {
            descriptor = try Descriptor(
                socket: AF_INET6, Int32(SOCK_RAW.rawValue), Int32(IPPROTO_RAW), for: "the sender's socket")
        }
    }

    /// Sends a message, to all nodes if nothing else is said; its checksum is filled in.
    func send(
        _ message: [UInt8], from source: IPv6Address, to destination: IPv6Address = IPv6Address("ff02::1")!,
        hopLimit: UInt8 = 255
    ) throws {
        let length = UInt16(message.count)
        let lengthBytes = [UInt8(length >> 8), UInt8(length & 0xff)]
        var message = message
        let sum = Self.checksum(source.bytes + destination.bytes + [0, 0] + lengthBytes + [0, 0, 0, 58] + message)
        (message[2], message[3]) = (UInt8(sum >> 8), UInt8(sum & 0xff))
        let packet = [0x60, 0, 0, 0] + lengthBytes + [58, hopLimit] + source.bytes + destination.bytes + message
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_scope_id = index
        withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: destination.bytes) }
        let raw = socket.descriptor.raw
        try check("send a packet from \(source)") {
            withUnsafePointer(to: address) {
                let size = socklen_t(MemoryLayout<sockaddr_in6>.size)
                return sendto(raw, packet, packet.count, 0, .init(__sockaddr_in6__: $0), size)
            }
        }
    }

    /// RFC 1071.
    private static func checksum(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for place in stride(from: 0, to: bytes.count, by: 2) {
            sum += UInt32(bytes[place]) << 8 | UInt32(place + 1 < bytes.count ? bytes[place + 1] : 0)
        }
        while sum > 0xffff { sum = (sum >> 16) + (sum & 0xffff) }
        return ~UInt16(sum)
    }
}
