// A link as a [Match] section sees it.
import Internet

/// What is known of a link. nil is not known; empty says that the link has none.
package struct KnownLink: Equatable, Sendable {
    package var name: InterfaceName
    package var alternativeNames: [String]?
    package var hardwareAddress: HardwareAddress?
    package var permanentAddress: HardwareAddress?
    /// As `networkctl list` shows it: `ether`, `loopback`, and udev's DEVTYPE where there is one: `bridge`, `vlan`.
    package var type: String?
    /// As the kernel has it in IFLA_INFO_KIND: `bridge`, `bond`, `veth`, `vlan`.
    package var kind: String?
    package var driver: String?
    /// udev's ID_PATH.
    package var path: String?

    package init(_ name: InterfaceName) { self.name = name }
}
