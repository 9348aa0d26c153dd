// The name and the index of a network interface, checked before either is used.

/// A network interface's name, safe as one component of a path.
///
/// The kernel's own rule (net/core/dev.c, dev_valid_name): 1 to 15 bytes, not `.` or `..`, no `/`, `:` or white space.
/// keep6 also refuses `%`, which the kernel expands, and anything that is not printable ASCII.
package struct InterfaceName: Hashable, Sendable, LosslessStringConvertible {
    package let description: String

    package init?(_ text: String) {
        let bytes = text.utf8
        guard (1...15).contains(bytes.count), text != ".", text != "..",
            bytes.allSatisfy({ (0x21...0x7e).contains($0) && !InterfaceName.refused.contains($0) })
        else { return nil }
        description = text
    }

    private static let refused = Array("/:%".utf8)
}

/// A network interface's index: a positive number, never used twice while the host runs (netdevice(7)).
package struct InterfaceIndex: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
}
