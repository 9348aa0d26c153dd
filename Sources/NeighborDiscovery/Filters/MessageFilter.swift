// The socket filter that lets only those Neighbor Discovery messages through that say something about routers.
import CLinux
import Internet
import Linux

/// Whose messages a `NeighborDiscoverySocket` hears.
package enum RouterFilter: Equatable, Sendable {
    case everybody
    /// Those of these sources; for a link on which others send too many.
    case only([IPv6Address])

    /// Router advertisements, and neighbor advertisements without the R flag: those with it, which neighbor
    /// unreachability detection sends all the time, do not wake the guard. The program begins at the ICMPv6 header.
    var filter: SocketFilter {
        var filter = SocketFilter()
        filter.load(.byte, at: 0)
        filter.skip(4, ifEqual: UInt32(MessageType.routerAdvertisement.rawValue), else: 0)
        filter.skip(0, ifEqual: UInt32(MessageType.neighborAdvertisement.rawValue), else: 2)
        filter.load(.byte, at: 4)
        filter.skip(0, ifAnyOf: UInt32(NeighborAdvertisement.routerFlag), else: 1)
        filter.drop()
        guard case .only(let sources) = self else {
            filter.accept()
            return filter
        }
        for source in sources { RouterFilter.accept(source, &filter) }
        filter.drop()
        return filter
    }

    /// Accepts a source, whose address stands at the eighth byte of the IPv6 header (RFC 8200 3).
    private static func accept(_ source: IPv6Address, _ filter: inout SocketFilter) {
        let words = source.bytes.withUnsafeBytes { bytes in
            (0..<4).map { UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)) }
        }
        for (place, word) in words.enumerated() {
            filter.load(.word, at: SocketFilter.networkHeader &+ 8 &+ UInt32(place) * 4)
            filter.skip(0, ifEqual: word, else: 7 - 2 * place)
        }
        filter.accept()
    }
}
