// The raw ICMPv6 socket that an echo goes out by and its answer comes in by.
import CLinux
import Internet
import Linux

/// A raw ICMPv6 socket, bound to one interface, that hears echo replies and errors alone; it needs CAP_NET_RAW.
package final class EchoSocket {
    private let socket: Descriptor
    private let interface: InterfaceName
    private let index: InterfaceIndex
    private var buffer = [UInt8](repeating: 0, count: 2048)

    package init(on interface: InterfaceName, _ index: InterfaceIndex) throws(SystemError) {
        self.interface = interface
        self.index = index
        socket = try openICMPv6Socket(
            hearing: [EchoRequest.replyType] + EchoRequest.errorTypes, on: interface,
            for: "an ICMPv6 socket for an echo on '\(interface)'")
    }

    /// Sends the echo and waits for what comes back of it; nil if nothing did in time. Throws ENETUNREACH where there is
    /// no route.
    package func ask(_ echo: EchoRequest, limit: Duration) throws(SystemError) -> EchoAnswer? {
        let deadline = Instant.now.advanced(by: limit)
        try send(echo.bytes, to: echo.target, by: index, on: socket, "send an echo to \(echo.target) by '\(interface)'")
        while try waitUntilReadable(socket.raw, until: deadline, for: "the answer to an echo") {
            guard let (message, source) = try receive() else { continue }
            if let answer = echo.answer(in: message, from: source) { return answer }
        }
        return nil
    }

    /// The next message and its source; nil if there is none.
    private func receive() throws(SystemError) -> (ArraySlice<UInt8>, IPv6Address)? {
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        do {
            let count = try check("receive ICMPv6 on '\(interface)'") {
                keep6_recvfrom(socket.raw, &buffer, buffer.count, 0, &address, &length)
            }
            return (buffer[..<count], IPv6Address(address.sin6_addr))
        } catch {
            if error.code == EAGAIN { return nil }
            throw error
        }
    }
}
