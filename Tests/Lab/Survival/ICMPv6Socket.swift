// A raw ICMPv6 socket in a network namespace: for echoes at an exact pace and for advertisements that radvd never sends.
import Foundation

/// It stays in its namespace, whichever thread uses it.
struct ICMPv6Socket: Sendable {
    let raw: Int32

    /// `source` need not be an address of the namespace's own.
    init(in namespace: NetworkNamespace, from source: String, by interface: String = "") throws {
        raw = try Self.open(in: namespace)
        do {
            let name = Array(interface.utf8)
            try set(SOL_SOCKET, SO_BINDTODEVICE, name)
            try set(Int32(IPPROTO_IPV6), IPV6_FREEBIND, Int32(1))
            // Enough for seconds in which nobody reads.
            try set(SOL_SOCKET, SO_RCVBUFFORCE, Int32(8 << 20))
            // The only hop limit that a receiver of advertisements believes (RFC 4861 6.1.2).
            try set(Int32(IPPROTO_IPV6), IPV6_MULTICAST_HOPS, Int32(255))
            let bound = try Self.withAddress(source) { bind(raw, $0, $1) }
            try Self.check("bind to '\(source)'", bound)
        } catch {
            close()
            throw error
        }
    }

    /// The kernel fills in the checksum. Whether it could be sent at all: without carrier there may be no way.
    @discardableResult
    func send(_ message: [UInt8], to destination: String) throws -> Bool {
        try Self.withAddress(destination) { sendto(raw, message, message.count, 0, $0, $1) } == message.count
    }

    /// The next message that waits, without its sender; nil if none does.
    func receive() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 2048)
        let count = recv(raw, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count >= 0 ? Array(buffer[..<count]) : nil
    }

    func close() {
        Glibc.close(raw)
    }

    private func set(_ level: Int32, _ option: Int32, _ value: Int32) throws {
        var value = value
        let size = socklen_t(MemoryLayout<Int32>.size)
        try Self.check("set option \(option)", setsockopt(raw, level, option, &value, size))
    }

    private func set(_ level: Int32, _ option: Int32, _ bytes: [UInt8]) throws {
        try Self.check("set option \(option)", setsockopt(raw, level, option, bytes, socklen_t(bytes.count)))
    }

    /// setns(2) moves one thread only, which ends with the work.
    private static func open(in namespace: NetworkNamespace) throws -> Int32 {
        nonisolated(unsafe) var opened = Result<Int32, any Error>.failure(LabFailure(description: "no thread"))
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            opened = Result {
                let there = Glibc.open(namespace.path, O_RDONLY | O_CLOEXEC)
                try check("open '\(namespace.path)'", there)
                defer { Glibc.close(there) }
                try check("enter '\(namespace.name)'", setns(there, CLONE_NEWNET))
                let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
                let raw = socket(AF_INET6, type, Int32(IPPROTO_ICMPV6))
                try check("open a raw socket", raw)
                return raw
            }
            done.signal()
        }
        done.wait()
        return try opened.get()
    }

    private static func withAddress<Value>(
        _ text: String, _ body: (__CONST_SOCKADDR_ARG, socklen_t) throws -> Value
    ) throws -> Value {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
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
