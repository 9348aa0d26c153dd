// For which addresses an uplink may answer at all, and what can happen to them.
import Internet

/// What was read of the host: where guests can be, and which addresses can be theirs.
package struct ProxyScope: Equatable, Sendable {
    /// The bridges of the networks in the wish, as far as they are there.
    package var bridges: Set<InterfaceIndex> = []
    /// The prefixes that are on the uplink's link; none while the uplink is not there.
    package var prefixes: [InterfaceAddress] = []
    /// The addresses with such a prefix that are taken: this host's own, its gateways', and those that another program lets
    /// the kernel answer for.
    package var reserved: Set<IPv6Address> = []

    package init() {}

    /// Whether a guest may have the address.
    func admits(_ address: IPv6Address) -> Bool {
        !address.isLinkLocal && !address.isMulticast && !address.isUnspecified && !reserved.contains(address)
            && prefixes.contains { $0.covers(address) }
    }
}
