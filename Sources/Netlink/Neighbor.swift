// A neighbour cache entry, as far as keep6 needs it: whether an address on the link answers (rtnetlink(7), RFC 4861 7.3).
import CLinux
import Internet

/// An IPv6 address on a link and what neighbour unreachability detection found of it.
public struct Neighbor: Hashable, Sendable {
    public let interface: InterfaceIndex
    public let address: IPv6Address
    /// Nobody answered for the address (NUD_FAILED).
    public let hasFailed: Bool

    /// Reads an RTM_NEWNEIGH; nil if it is not IPv6.
    public static func parse(_ payload: ArraySlice<UInt8>) throws(Malformed) -> Neighbor? {
        var cursor = ByteCursor(payload)
        let family = try cursor.native(UInt8.self)
        _ = try cursor.take(3)
        let interface = InterfaceIndex(rawValue: try cursor.native())
        let state = try cursor.native(UInt16.self)
        _ = try cursor.take(2)
        guard family == UInt8(AF_INET6) else { return nil }
        for attribute in try Attribute.parse(cursor.rest) where Int(attribute.type) == NDA_DST {
            return Neighbor(
                interface: interface, address: try attribute.address(), hasFailed: state & UInt16(NUD_FAILED) != 0)
        }
        throw Malformed("a neighbour message without an address")
    }
}
