// The question who has an address.
import Internet

/// A Neighbor Solicitation (RFC 4861 4.3).
package struct NeighborSolicitation: Equatable, Sendable {
    /// The address that is asked for.
    package var target: IPv6Address
    /// The sender's, 6 bytes on Ethernet; nil, or one longer than any the kernel has, is left out of the message.
    package var sourceLinkLayerAddress: [UInt8]?

    package init(target: IPv6Address, sourceLinkLayerAddress: [UInt8]? = nil) {
        self.target = target
        self.sourceLinkLayerAddress = sourceLinkLayerAddress
    }

    /// The ICMPv6 message; its checksum is 0, for the kernel to fill in (RFC 3542 3.1).
    package var bytes: [UInt8] {
        [MessageType.neighborSolicitation.rawValue] + [UInt8](repeating: 0, count: 7) + target.bytes
            + MessageOption.linkLayerAddress(MessageOption.sourceLinkLayerAddress, sourceLinkLayerAddress)
    }

    /// Reads an ICMPv6 message; throws where its bytes fail RFC 4861 7.1.1.
    ///
    /// Hop limit, addresses and checksum are not among these bytes: see `NeighborMessage`.
    package static func parse(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> NeighborSolicitation {
        var cursor = ByteCursor(bytes)
        try cursor.header(of: .neighborSolicitation, atLeast: 24)
        _ = try cursor.take(4)
        guard let target = IPv6Address(bytes: try cursor.take(16)), !target.isMulticast else {
            throw Malformed("the target is a multicast address")
        }
        var solicitation = NeighborSolicitation(target: target)
        while !cursor.isAtEnd {
            let option = try cursor.option()
            guard option.type == MessageOption.sourceLinkLayerAddress else { continue }
            if solicitation.sourceLinkLayerAddress == nil { solicitation.sourceLinkLayerAddress = Array(option.body) }
        }
        return solicitation
    }
}

extension IPv6Address {
    /// The multicast address that the owner of this address listens to (RFC 4291 2.7.1).
    package var solicitedNode: IPv6Address {
        IPv6Address(high: 0xff02_0000_0000_0000, low: 0x1_ff00_0000 | low & 0xff_ffff)
    }

    /// `ff02::1`, all nodes on the link (RFC 4291 2.7.1).
    static let allNodes = IPv6Address(high: 0xff02_0000_0000_0000, low: 1)
}
