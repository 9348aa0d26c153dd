// What the checks of the options for guests know of the host.
import Internet

/// What is known of the host beside its files.
package struct HostFacts {
    /// Whose a network is; nil if there is none of that name.
    package enum Owner: Equatable, Sendable { case libvirt, bridge }

    package var owner: (NetworkName) -> Owner? = { _ in nil }
    /// The prefixes on an interface's link, by the name of the interface; nil while it is not there.
    package var prefixes: (InterfaceName) -> [InterfaceAddress]? = { _ in nil }
    /// The same of a network's bridge.
    package var guestPrefixes: (NetworkName) -> [InterfaceAddress]? = { _ in nil }
    /// `net.ipv6.conf.all.forwarding`; nil if it cannot be read.
    package var forwarding: Bool?
    /// What starts ndppd at boot, if something does.
    package var ndppd: String?

    package init() {}
}
