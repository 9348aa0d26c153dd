// The raw ICMPv6 socket that an echo goes out by and its answer comes in by.
import CLinux
import Internet
import Linux

/// A raw ICMPv6 socket, bound to one interface, that hears echo replies and errors alone; it needs CAP_NET_RAW.
public final class EchoSocket {
    private let socket: Descriptor
    private let interface: InterfaceName
    private let index: InterfaceIndex
    private var buffer = [UInt8](repeating: 0, count: 2048)

    public init(on interface: InterfaceName, _ index: InterfaceIndex) throws(SystemError) {
        self.interface = interface
        self.index = index
        let type = Int32(SOCK_RAW.rawValue | SOCK_NONBLOCK.rawValue)
        socket = try Descriptor(socket: AF_INET6, type, Int32(IPPROTO_ICMPV6), for: "an ICMPv6 socket for an echo")
        let name = interface.description
        try check("bind an ICMPv6 socket to '\(name)'") {
            setsockopt(socket.raw, SOL_SOCKET, SO_BINDTODEVICE, name, socklen_t(name.utf8.count))
        }
        var filter = keep6_icmp6_block_all()
        for type in [EchoRequest.replyType] + EchoRequest.errorTypes { keep6_icmp6_pass(&filter, type) }
        try socket.set(Int32(IPPROTO_ICMPV6), ICMP6_FILTER, filter, "set the ICMPv6 filter on '\(name)'")
    }

    /// Sends the echo and waits for what comes back of it; nil if nothing did in time. Throws ENETUNREACH where there is
    /// no route.
    public func ask(_ echo: EchoRequest, limit: Duration) throws(SystemError) -> EchoAnswer? {
        let deadline = Instant.now.advanced(by: limit)
        try send(echo.bytes, to: echo.target, by: index, on: socket, "send an echo to \(echo.target) by '\(interface)'")
        while try waitUntilReadable(socket.raw, until: deadline, for: "the answer to an echo") {
            guard let (message, source) = try receive() else { continue }
            if let answer = echo.answer(in: message, from: source) { return answer }
        }
        return nil
    }

    /// The next message and its source; nil if somebody else's reading left none.
    private func receive() throws(SystemError) -> (ArraySlice<UInt8>, IPv6Address)? {
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        do {
            let count = try check("receive ICMPv6 on '\(interface)'") {
                keep6_recvfrom(socket.raw, &buffer, buffer.count, 0, &address, &length)
            }
            let source = withUnsafeBytes(of: address.sin6_addr) { IPv6Address(bytes: $0) }
            return (buffer[..<count], source ?? .unspecified)
        } catch {
            if error.code == EAGAIN { return nil }
            throw error
        }
    }
}
