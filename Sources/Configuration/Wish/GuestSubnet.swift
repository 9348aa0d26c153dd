// A network of guests, and which /64 of a delegated prefix it gets.
import Internet

/// `NETWORK[:SUBNET]` of `keep6-guests`: a network, and the number of its /64 within a delegated prefix.
package struct GuestSubnet: Hashable, Sendable {
    package let network: NetworkName
    /// As in the addresses, so 2001:db8:0:7::/64 is number 7 of 2001:db8::/48; nil for the first free number from 1 on.
    package let number: UInt32?

    /// Reads `NETWORK` or `NETWORK:SUBNET`, the number in hexadecimal; nil if it is neither.
    package init?(_ text: String) {
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
    package var description: String { number.map { "\(network):\(String($0, radix: 16))" } ?? network.description }
}
