// What follows the fixed part of a Neighbor Discovery message.
import Internet

/// An option: its type, and the bytes after its length (RFC 4861 4.6).
///
/// One takes 8 bytes at least, so a message has no more of them than an eighth of its own size.
struct MessageOption {
    let type: UInt8
    let body: ArraySlice<UInt8>

    static let sourceLinkLayerAddress: UInt8 = 1
    static let targetLinkLayerAddress: UInt8 = 2
    static let prefixInformation: UInt8 = 3
    static let mtu: UInt8 = 5

    /// The longest link-layer address, in bytes (MAX_ADDR_LEN, linux/netdevice.h).
    private static let longestAddress = 32

    /// The bytes of an option that holds a link-layer address (RFC 4861 4.6.1); none if there is no such address.
    static func linkLayerAddress(_ type: UInt8, _ address: [UInt8]?) -> [UInt8] {
        guard let address, (1...longestAddress).contains(address.count) else { return [] }
        let units = (2 + address.count + 7) / 8
        return [type, UInt8(units)] + address + [UInt8](repeating: 0, count: 8 * units - 2 - address.count)
    }
}

extension ByteCursor {
    /// The next option; throws if its length is 0 or runs past the end of the message.
    mutating func option() throws(Malformed) -> MessageOption {
        let type: UInt8 = try network()
        let length = 8 * Int(try network(UInt8.self))
        guard length > 0 else { throw Malformed("option \(type) has length 0") }
        guard length - 2 <= rest.count else {
            throw Malformed("option \(type) has \(length) bytes, \(rest.count + 2) are left")
        }
        return MessageOption(type: type, body: try take(length - 2))
    }
}
