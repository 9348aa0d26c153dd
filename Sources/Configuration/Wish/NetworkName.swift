// The name of a network of guests, as it is written in a wish.
import Internet

/// The name of a libvirt network or of a bridge, safe as one component of a path.
///
/// libvirt takes all but `/` and line ends (src/conf/network_conf.c). keep6 also refuses white space and control
/// characters, which no wish can have, names of more than 64 bytes, and those that begin with `.` or `-`.
package struct NetworkName: Hashable, Sendable, LosslessStringConvertible {
    package let description: String

    package init?(_ text: String) {
        let bytes = text.utf8
        guard (1...64).contains(bytes.count), let first = bytes.first, first != UInt8(ascii: "."),
            first != UInt8(ascii: "-"), bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") })
        else { return nil }
        description = text
    }
}

extension NetworkName {
    /// It and its bridge, where that has another name: `'default' (virbr0)`.
    package func words(on bridge: InterfaceName) -> String {
        bridge.description == description ? "'\(self)'" : "'\(self)' (\(bridge))"
    }
}
