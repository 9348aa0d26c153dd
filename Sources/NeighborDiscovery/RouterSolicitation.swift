// The question that makes routers speak.

/// A Router Solicitation (RFC 4861 4.1).
public struct RouterSolicitation: Equatable, Sendable {
    /// The sender's link-layer address; nil, or one longer than any the kernel has, is left out of the message.
    public var sourceLinkLayerAddress: [UInt8]?

    /// The longest link-layer address, in bytes (MAX_ADDR_LEN, linux/netdevice.h).
    private static let longestAddress = 32

    public init(sourceLinkLayerAddress: [UInt8]? = nil) { self.sourceLinkLayerAddress = sourceLinkLayerAddress }

    /// The ICMPv6 message; its checksum is 0, for the kernel to fill in (RFC 3542 3.1).
    public var bytes: [UInt8] {
        let fixed = [MessageType.routerSolicitation.rawValue] + [UInt8](repeating: 0, count: 7)
        guard let address = sourceLinkLayerAddress, (1...Self.longestAddress).contains(address.count) else {
            return fixed
        }
        let units = (2 + address.count + 7) / 8
        let padding = [UInt8](repeating: 0, count: 8 * units - 2 - address.count)
        return fixed + [MessageOption.sourceLinkLayerAddress, UInt8(units)] + address + padding
    }
}
