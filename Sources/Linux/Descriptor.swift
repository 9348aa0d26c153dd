// A file descriptor with one owner, closed when that owner goes.
import CLinux

/// An open file descriptor.
package struct Descriptor: ~Copyable {
    package let raw: Int32

    package init(owning raw: Int32) { self.raw = raw }

    deinit { close(raw) }

    /// Opens a file by open(2), close-on-exec.
    package init(opening path: String, _ flags: Int32, mode: mode_t = 0) throws(SystemError) {
        raw = try check("open \(path)") { keep6_open(path, flags, mode) }
    }

    /// Opens a socket by socket(2), close-on-exec; the caller says in words what it is for.
    package init(socket family: Int32, _ type: Int32, _ protocolNumber: Int32, for purpose: String) throws(SystemError)
    {
        raw = try check("open \(purpose)") { socket(family, type | Int32(SOCK_CLOEXEC.rawValue), protocolNumber) }
    }

    /// Everything the file holds, at most `limit` bytes; a longer file is an EFBIG.
    package func readAll(limit: Int, of path: String) throws(SystemError) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(limit + 1, 65536))
        while true {
            let count = try check("read \(path)") { read(raw, &chunk, chunk.count) }
            if count == 0 { return content }
            content += chunk.prefix(count)
            if content.count > limit { throw SystemError(code: EFBIG, doing: "read \(path)") }
        }
    }

    func writeAll(_ bytes: [UInt8], to path: String) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try check("write \(path)") { rest.withUnsafeBytes { write(raw, $0.baseAddress, $0.count) } }
            rest = rest.dropFirst(count)
        }
    }

    /// Sets a socket option by setsockopt(2).
    package func set<T>(_ level: Int32, _ option: Int32, _ value: T, _ doing: @autoclosure () -> String)
        throws(SystemError)
    {
        try check(doing()) {
            withUnsafeBytes(of: value) { setsockopt(raw, level, option, $0.baseAddress, socklen_t($0.count)) }
        }
    }
}
