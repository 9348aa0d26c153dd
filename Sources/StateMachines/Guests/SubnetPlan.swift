// Which network of guests gets which /64 of a delegated prefix.
import Configuration
import Internet

/// The /64 of each network, in one delegated prefix.
struct SubnetPlan: Equatable, Sendable {
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
