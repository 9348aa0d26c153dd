// What a look at the socket can bring.
import Internet

/// What one look at the socket brought.
package enum Reception: Equatable, Sendable {
    /// A Router Advertisement that is valid by RFC 4861 6.1.2.
    case advertisement(RouterAdvertisement, from: IPv6Address)
    /// A Neighbor Advertisement that is valid by RFC 4861 7.1.2.
    case neighbor(NeighborAdvertisement, from: IPv6Address)
    /// A message that must not be believed: its source and the reason, as half a sentence.
    case refused(String)
    /// Nothing is left to read.
    case none
}
