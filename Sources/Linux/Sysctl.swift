// The kernel's per-interface IPv6 settings below /proc/sys.
import CLinux
import Internet

/// A setting of `net.ipv6.conf` (kernel Documentation/networking/ip-sysctl.rst); `uplink` nil means `all`.
package struct Sysctl: Sendable {
    package let path: String

    package init(_ name: String, of uplink: InterfaceName?) {
        path = "/proc/sys/net/ipv6/conf/\(uplink?.description ?? "all")/\(name)"
    }

    /// The value for interfaces that are created from now on.
    package init(ofNewInterfaces name: String) { path = "/proc/sys/net/ipv6/conf/default/\(name)" }

    /// The setting's number.
    package func read() throws(SystemError) -> Int {
        let bytes = try Descriptor(opening: path, O_RDONLY).readAll(limit: 64, of: path)
        let text = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        guard let value = Int(text) else { throw SystemError(code: EINVAL, doing: "read \(path)") }
        return value
    }

    package func write(_ value: Int) throws(SystemError) {
        try Descriptor(opening: path, O_WRONLY).writeAll(Array("\(value)\n".utf8), to: path)
    }
}
