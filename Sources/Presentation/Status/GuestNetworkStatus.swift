// What `keep6 status` tells of the networks that are numbered from a delegated prefix.
import Configuration
import Internet
import Netlink
import Text

/// One network of a wish, as it is now.
package struct GuestStatus: Equatable, Sendable {
    package let network: NetworkName
    /// The network's bridge; nil while it is not there, or down.
    package let bridge: InterfaceName?
    /// The host's addresses on it that are of a delegated prefix.
    let addresses: [Address]

    package init(network: NetworkName, bridge: InterfaceName?, addresses: [Address]) {
        self.network = network
        self.bridge = bridge
        self.addresses = addresses
    }

    /// Whether its guests can make themselves addresses for new connections.
    var isNumbered: Bool { addresses.contains { $0.preferredLifetime != 0 } }

    /// What is wrong if it is not.
    var unnumbered: String { "the network '\(network)' has no part of the delegated prefix" }

    /// The row on the screen.
    var words: String {
        guard let bridge else { return "'\(network)' is not up" }
        let parts = addresses.map { "\($0.value.prefix)" + ($0.preferredLifetime == 0 ? " deprecated" : "") }
        return "\(network.words(on: bridge)) \(parts.isEmpty ? "has no prefix" : parts.joined(separator: ", "))"
    }

    /// The same as one JSON object (RFC 8259).
    var json: JSON {
        let prefixes = addresses.map { address in
            JSON.object([
                ("prefix", .string(address.value.prefix.description)),
                ("deprecated", .boolean(address.preferredLifetime == 0)),
            ])
        }
        return .object([
            ("network", .string(network.description)), ("bridge", bridge.map { .string($0.description) } ?? .null),
            ("prefixes", .array(prefixes)),
        ])
    }
}

/// One network of a wish, as it is now.
package struct ProxyStatus: Equatable, Sendable {
    package let network: NetworkName
    /// The network's bridge; nil while it is not there.
    package let bridge: InterfaceName?
    /// How many addresses are answered for.
    package let count: Int

    package init(network: NetworkName, bridge: InterfaceName?, count: Int) {
        self.network = network
        self.bridge = bridge
        self.count = count
    }

    /// The row on the screen.
    var words: String {
        guard let bridge else { return "'\(network)' is not up" }
        return "\(count == 1 ? "1 guest's address" : "\(count) guests' addresses") on \(network.words(on: bridge))"
    }

    /// The same as one JSON object (RFC 8259).
    var json: JSON {
        .object([
            ("network", .string(network.description)), ("bridge", bridge.map { .string($0.description) } ?? .null),
            ("addresses", .number(Int64(count))),
        ])
    }
}
