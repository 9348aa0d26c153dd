// Which network of guests gets which /64 of a delegated prefix.
import Internet

/// `NETWORK[:SUBNET]` of `keep6-guests`: a network, and the number of its /64 within a delegated prefix.
public struct GuestSubnet: Hashable, Sendable {
    public let network: NetworkName
    /// As it stands in the addresses, so 2001:db8:0:7::/64 is 7 of 2001:db8::/48; nil for the first from 1 on that nobody
    /// names.
    public let number: UInt32?

    /// Reads `NETWORK` or `NETWORK:SUBNET`, the number in hexadecimal; nil if it is neither.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, let network = NetworkName(parts[0]) else { return nil }
        self.network = network
        guard parts.count == 2 else {
            number = nil
            return
        }
        guard (1...8).contains(parts[1].utf8.count), let number = UInt32(parts[1], radix: 16) else { return nil }
        self.number = number
    }
}

extension GuestSubnet: CustomStringConvertible {
    /// As it is written.
    public var description: String { number.map { "\(network):\(String($0, radix: 16))" } ?? network.description }
}

/// The /64 of each network, in one delegated prefix.
struct GuestNumbering: Equatable, Sendable {
    /// The address that the host has on each network: the first of its /64.
    private(set) var addresses: [NetworkName: InterfaceAddress] = [:]
    /// The networks for which the prefix is too small, in the order of the wish.
    private(set) var missing: [NetworkName] = []

    /// Numbers the networks that name a number first, and the others, in order, by what is left.
    ///
    /// The first /64 is the uplink's: it is where providers tell people to take the host's own address from. Only who
    /// names it gets it, or a prefix that has no other.
    init(_ wish: [GuestSubnet], of prefix: InterfaceAddress) {
        let size = 1 << UInt64(64 - min(prefix.prefixLength, 64)) as UInt64
        var taken = Set(wish.compactMap(\.number).map(UInt64.init))
        var next: UInt64 = size > 1 ? 1 : 0
        for subnet in wish {
            var number = subnet.number.map(UInt64.init)
            if number == nil {
                while taken.contains(next) { next += 1 }
                number = next
            }
            guard let number, number < size, prefix.prefixLength <= 64 else {
                missing.append(subnet.network)
                continue
            }
            taken.insert(number)
            let first = IPv6Address(high: prefix.address.high | number, low: 1)
            addresses[subnet.network] = InterfaceAddress(address: first, prefixLength: 64)
        }
    }
}
