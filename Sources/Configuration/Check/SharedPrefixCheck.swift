// Prefixes that are on an uplink's link and on a libvirt network at once.
import Internet

/// Compares the static addresses of kept uplinks with the addresses of libvirt's networks.
///
/// The kernel has two routes to such a prefix and takes the older one, after a boot the uplink's, so that guests are not
/// found, unless the uplink answers for them and keep6 makes a route to each.
package struct SharedPrefixCheck: ConfigurationCheck {
    private let interfaces: InterfacesTree?
    private let network: NetworkTree
    private let networks: [(name: NetworkName, addresses: [InterfaceAddress])]

    /// - Parameters:
    ///   - interfaces: nil if the host has no such file.
    ///   - networks: the libvirt networks that are defined, with their own IPv6 addresses.
    package init(
        _ interfaces: InterfacesTree?, _ network: NetworkTree,
        networks: [(name: NetworkName, addresses: [InterfaceAddress])]
    ) {
        self.interfaces = interfaces
        self.network = network
        self.networks = networks
    }

    package func findings() -> [Finding] {
        (interfaces?.kept ?? []).flatMap { findings(of: $0) } + network.kept.flatMap { findings(of: $0) }
    }

    private func findings(of stanza: Stanza) -> [Finding] {
        guard let uplink = InterfaceName(stanza.interface) else { return [] }
        let stated = stanza.wish(for: uplink)
        let place = stanza.lines.last { $0.name == "address" }?.place ?? stanza.place
        return findings(
            stated.allAddresses, of: stated.wish,
            option: "keep6-proxy ", at: { _ in place })
    }

    private func findings(of file: NetworkFile) -> [Finding] {
        guard let uplink = NetworkMatch(file).someName,
            let stated = file.wish(for: uplink)
        else { return [] }
        let places = file.locatedAddresses
        return findings(file.staticAddresses, of: stated.wish, option: "Proxy=") { address in
            places.first { $0.value == address }?.place ?? FileLine(file: file.path, line: 0)
        }
    }

    private func findings(
        _ addresses: [InterfaceAddress], of wish: Wish, option: String, at place: (InterfaceAddress) -> FileLine
    ) -> [Finding] {
        networks.filter { !wish.proxies.contains($0.name) }.flatMap { network in
            addresses.filter { own in network.addresses.contains { own.prefixLength < 128 && own.covers($0.address) } }
                .map { Finding(place($0), .warning, Sentence.shared($0, with: network.name, option: option)) }
        }
    }
}

// MARK: - What it says

private enum Sentence {
    static func shared(_ own: InterfaceAddress, with network: NetworkName, option: String) -> String {
        "the libvirt network '\(network)' also has the prefix of \(own), so its guests are not"
            + " found; if the provider routes the prefix to this host, write"
            + " '\(own.address)/128'; if its router asks on the link for each address, write"
            + " '\(option)\(network)'"
    }
}
