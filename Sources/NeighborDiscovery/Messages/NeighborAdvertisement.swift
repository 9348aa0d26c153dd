// What a neighbor says about its own address.
import Internet

/// A Neighbor Advertisement (RFC 4861 4.4).
package struct NeighborAdvertisement: Equatable, Sendable {
    /// The address that is spoken of.
    package var target: IPv6Address
    /// Whether the R flag is set: the sender is a router. Without it a router no longer is one (RFC 4861 7.2.5).
    package var isRouter: Bool
    /// Whether the S flag is set: an answer to a Neighbor Solicitation.
    package var isSolicited: Bool
    /// Whether the O flag is set: a known link-layer address is to be replaced.
    package var isOverride: Bool
    /// The option's bytes: 6 on Ethernet; longer addresses come with the option's padding.
    package var targetLinkLayerAddress: [UInt8]?

    package init(
        target: IPv6Address, isRouter: Bool = false, isSolicited: Bool = false, isOverride: Bool = false,
        targetLinkLayerAddress: [UInt8]? = nil
    ) {
        self.target = target
        self.isRouter = isRouter
        self.isSolicited = isSolicited
        self.isOverride = isOverride
        self.targetLinkLayerAddress = targetLinkLayerAddress
    }

    /// The flags R, S and O, in the fifth byte of the message.
    static let routerFlag: UInt8 = 0x80
    static let solicitedFlag: UInt8 = 0x40
    static let overrideFlag: UInt8 = 0x20

    /// The ICMPv6 message; its checksum is 0, for the kernel to fill in (RFC 3542 3.1).
    package var bytes: [UInt8] {
        let flags =
            (isRouter ? Self.routerFlag : 0) | (isSolicited ? Self.solicitedFlag : 0)
            | (isOverride ? Self.overrideFlag : 0)
        return [MessageType.neighborAdvertisement.rawValue, 0, 0, 0, flags, 0, 0, 0] + target.bytes
            + MessageOption.linkLayerAddress(MessageOption.targetLinkLayerAddress, targetLinkLayerAddress)
    }

    /// Reads an ICMPv6 message; throws where its bytes fail RFC 4861 7.1.2.
    ///
    /// Hop limit, destination and checksum are not among these bytes: see `ReceivedMessage`.
    package static func parse(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> NeighborAdvertisement {
        var cursor = ByteCursor(bytes)
        try cursor.header(of: .neighborAdvertisement, atLeast: 24)
        let flags: UInt8 = try cursor.network()
        _ = try cursor.take(3)
        guard let target = IPv6Address(bytes: try cursor.take(16)), !target.isMulticast else {
            throw Malformed("the target is a multicast address")
        }
        var advertisement = NeighborAdvertisement(
            target: target, isRouter: flags & routerFlag != 0, isSolicited: flags & solicitedFlag != 0,
            isOverride: flags & overrideFlag != 0)
        while !cursor.isAtEnd {
            let option = try cursor.option()
            guard option.type == MessageOption.targetLinkLayerAddress else { continue }
            if advertisement.targetLinkLayerAddress == nil { advertisement.targetLinkLayerAddress = Array(option.body) }
        }
        return advertisement
    }
}
