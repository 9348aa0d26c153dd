// A prefix that a router announces.
import Internet

/// A Prefix Information option, as advertised and not judged (RFC 4861 4.6.2).
package struct PrefixInformation: Equatable, Sendable {
    /// The prefix; the bits beyond its length are as sent, and mean nothing.
    package let prefix: InterfaceAddress
    /// Whether the L flag is set: addresses with this prefix are on the link.
    package let isOnLink: Bool
    /// Whether the A flag is set: hosts make an address of it (RFC 4862).
    package let isAutonomous: Bool
    /// In seconds; `infinite` has no end.
    package let validLifetime: UInt32
    /// In seconds; `infinite` has no end.
    package let preferredLifetime: UInt32

    /// The lifetime that never ends.
    static let infinite = UInt32.max

    package init(
        prefix: InterfaceAddress, isOnLink: Bool, isAutonomous: Bool, validLifetime: UInt32, preferredLifetime: UInt32
    ) {
        self.prefix = prefix
        self.isOnLink = isOnLink
        self.isAutonomous = isAutonomous
        self.validLifetime = validLifetime
        self.preferredLifetime = preferredLifetime
    }

    /// The option without its type and length, 30 bytes; throws if it is shorter or the prefix length is above 128.
    static func parse(_ body: ArraySlice<UInt8>) throws(Malformed) -> PrefixInformation {
        var cursor = ByteCursor(body)
        let length: UInt8 = try cursor.network()
        let flags: UInt8 = try cursor.network()
        let validLifetime: UInt32 = try cursor.network()
        let preferredLifetime: UInt32 = try cursor.network()
        _ = try cursor.take(4)
        let address = IPv6Address(bytes: try cursor.take(16))
        guard let address, let prefix = InterfaceAddress(address: address, prefixLength: length) else {
            throw Malformed("prefix length \(length) is above 128")
        }
        return PrefixInformation(
            prefix: prefix, isOnLink: flags & 0x80 != 0, isAutonomous: flags & 0x40 != 0,
            validLifetime: validLifetime, preferredLifetime: preferredLifetime)
    }
}
