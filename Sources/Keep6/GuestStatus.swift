// What `keep6 status` tells of the networks that are numbered from a delegated prefix.
import Internet
import Netlink

/// One network of a wish, as it is now.
public struct GuestStatus: Equatable, Sendable {
    public let network: NetworkName
    /// The network's bridge; nil while it is not there, or down.
    public let bridge: InterfaceName?
    /// The host's addresses on it that are of a delegated prefix.
    let addresses: [Address]

    public init(network: NetworkName, bridge: InterfaceName?, addresses: [Address]) {
        self.network = network
        self.bridge = bridge
        self.addresses = addresses
    }

    /// Whether its guests can make themselves addresses for new connections.
    var isNumbered: Bool { addresses.contains { $0.preferredLifetime != 0 } }

    /// The row on the screen.
    var words: String {
        guard let bridge else { return "'\(network)' is not up" }
        let place = bridge.description == network.description ? "" : " (\(bridge))"
        let parts = addresses.map { $0.preferredLifetime == 0 ? "\(prefix(of: $0)) deprecated" : prefix(of: $0) }
        return "'\(network)'\(place) \(parts.isEmpty ? "has no prefix" : parts.joined(separator: ", "))"
    }

    /// The same as one JSON object (RFC 8259).
    var json: JSON {
        let prefixes = addresses.map { address in
            JSON.object([
                ("prefix", .string(prefix(of: address))), ("deprecated", .boolean(address.preferredLifetime == 0)),
            ])
        }
        return .object([
            ("network", .string(network.description)), ("bridge", bridge.map { .string($0.description) } ?? .null),
            ("prefixes", .array(prefixes)),
        ])
    }

    private func prefix(of address: Address) -> String {
        "\(IPv6Address(high: address.value.address.high, low: 0))/\(address.value.prefixLength)"
    }
}
