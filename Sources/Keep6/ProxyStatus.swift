// What `keep6 status` tells of the guests that an uplink answers for.
import Internet

/// One network of a wish, as it is now.
public struct ProxyStatus: Equatable, Sendable {
    public let network: NetworkName
    /// The network's bridge; nil while it is not there.
    public let bridge: InterfaceName?
    /// How many addresses are answered for.
    public let count: Int

    public init(network: NetworkName, bridge: InterfaceName?, count: Int) {
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
