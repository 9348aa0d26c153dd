// A socket in a network namespace: for echoes at an exact pace and for advertisements that radvd never sends.
import Foundation

/// It stays in its namespace, whichever thread uses it, and never blocks.
struct NamespaceSocket: Sendable {
    enum Kind: Sendable { case udp, rawICMPv6 }

    let raw: Int32

    /// `source` need not be an address of the namespace's own.
    init(
        _ kind: Kind, in namespace: NamedNamespace, from source: String, port: UInt16 = 0, by interface: String = ""
    ) throws {
        raw = try Self.open(kind, in: namespace)
        do {
            let name = Array(interface.utf8)
            let bound = setsockopt(raw, SOL_SOCKET, SO_BINDTODEVICE, name, socklen_t(name.count))
            try Self.check("bind to '\(interface)'", bound)
            try set(Int32(IPPROTO_IPV6), IPV6_FREEBIND, 1)
            // Enough for seconds in which nobody reads.
            try set(SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
            // The only hop limit that a receiver of advertisements believes (RFC 4861 6.1.2).
            try set(Int32(IPPROTO_IPV6), IPV6_MULTICAST_HOPS, 255)
            try Self.check("bind to '\(source)'", try Self.withAddress(source, port) { bind(raw, $0, $1) })
        } catch {
            close()
            throw error
        }
    }

    /// The kernel fills in a checksum. Whether it could be sent at all: there may be no way.
    @discardableResult
    func send(_ message: [UInt8], to destination: String, port: UInt16 = 0) throws -> Bool {
        try Self.withAddress(destination, port) {
            sendto(raw, message, message.count, Int32(MSG_DONTWAIT), $0, $1)
        } == message.count
    }

    /// The next message that waits, without its sender; nil if none does.
    func receive() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 2048)
        let count = recv(raw, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count >= 0 ? Array(buffer[..<count]) : nil
    }

    /// Sends the next message that waits back to where it came from; false if none waits.
    func reflect() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 2048)
        var sender = sockaddr_in6()
        return withUnsafeMutablePointer(to: &sender) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { sender in
                var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
                let count = recvfrom(
                    raw, &buffer, buffer.count, Int32(MSG_DONTWAIT), __SOCKADDR_ARG(__sockaddr__: sender), &size)
                guard count >= 0 else { return false }
                sendto(raw, buffer, count, Int32(MSG_DONTWAIT), __CONST_SOCKADDR_ARG(__sockaddr__: sender), size)
                return true
            }
        }
    }

    /// Returns when a message may wait, or so many seconds later.
    func wait(for seconds: Double) {
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int((seconds - seconds.rounded(.down)) * 1e9))
        var watched = pollfd(fd: raw, events: Int16(POLLIN), revents: 0)
        _ = ppoll(&watched, 1, &time, nil)
    }

    func close() {
        Glibc.close(raw)
    }

    private func set(_ level: Int32, _ option: Int32, _ value: Int32) throws {
        var value = value
        let size = socklen_t(MemoryLayout<Int32>.size)
        try Self.check("set option \(option)", setsockopt(raw, level, option, &value, size))
    }

    /// setns(2) moves one thread only, which ends with the work.
    private static func open(_ kind: Kind, in namespace: NamedNamespace) throws -> Int32 {
        nonisolated(unsafe) var opened = Result<Int32, any Error>.failure(LabFailure(description: "no thread"))
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            opened = Result {
                let there = Glibc.open(namespace.path, O_RDONLY | O_CLOEXEC)
                try check("open '\(namespace.path)'", there)
                defer { Glibc.close(there) }
                try check("enter '\(namespace.name)'", setns(there, CLONE_NEWNET))
                let type = kind == .udp ? SOCK_DGRAM : SOCK_RAW
                let number = Int32(kind == .udp ? IPPROTO_UDP : IPPROTO_ICMPV6)
                let raw = socket(AF_INET6, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), number)
                try check("open a socket", raw)
                return raw
            }
            done.signal()
        }
        done.wait()
        return try opened.get()
    }

    private static func withAddress<Value>(
        _ text: String, _ port: UInt16, _ body: (__CONST_SOCKADDR_ARG, socklen_t) throws -> Value
    ) throws -> Value {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        guard inet_pton(AF_INET6, text, &address.sin6_addr) == 1 else {
            throw LabFailure(description: "'\(text)' is no address")
        }
        return try withUnsafePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try body(__CONST_SOCKADDR_ARG(__sockaddr__: $0), socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }

    private static func check(_ what: String, _ result: Int32) throws {
        guard result >= 0 else { throw LabFailure(description: "\(what): \(String(cString: strerror(errno)))") }
    }
}
