// The question that makes routers speak.

/// A Router Solicitation (RFC 4861 4.1).
package struct RouterSolicitation: Equatable, Sendable {
    /// The sender's link-layer address; nil, or one longer than any the kernel has, is left out of the message.
    package var sourceLinkLayerAddress: [UInt8]?

    package init(sourceLinkLayerAddress: [UInt8]? = nil) { self.sourceLinkLayerAddress = sourceLinkLayerAddress }

    /// The ICMPv6 message; its checksum is 0, for the kernel to fill in (RFC 3542 3.1).
    package var bytes: [UInt8] {
        [MessageType.routerSolicitation.rawValue] + [UInt8](repeating: 0, count: 7)
            + MessageOption.linkLayerAddress(MessageOption.sourceLinkLayerAddress, sourceLinkLayerAddress)
    }
}
