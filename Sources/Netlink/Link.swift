// A network interface as rtnetlink has it (rtnetlink(7), netdevice(7)).
import CLinux
import Internet

/// A network interface: its index and name, whether it is up, its link-layer address.
public struct Link: Hashable, Sendable {
    public var index: InterfaceIndex
    public var name: InterfaceName
    /// IFF_* (netdevice(7)).
    public var flags: UInt32
    public var linkLayerAddress: [UInt8] = []

    public init(index: InterfaceIndex, name: InterfaceName, flags: UInt32) {
        self.index = index
        self.name = name
        self.flags = flags
    }

    /// Set up by the administrator.
    public var isUp: Bool { flags & UInt32(IFF_UP) != 0 }
    /// Up, and the other end is there (RFC 2863 operational state up).
    public var hasCarrier: Bool { isUp && flags & UInt32(IFF_RUNNING) != 0 }
}

extension Link {
    /// Reads an RTM_NEWLINK or RTM_DELLINK; nil for a bridge port's own messages and for a name keep6 refuses.
    public static func parse(_ payload: ArraySlice<UInt8>) throws(Malformed) -> Link? {
        var cursor = ByteCursor(payload)
        let family = try cursor.native(UInt8.self)
        _ = try cursor.take(3)
        let index = InterfaceIndex(rawValue: try cursor.native())
        let flags = try cursor.native(UInt32.self)
        _ = try cursor.take(4)
        guard family == UInt8(AF_UNSPEC) else { return nil }
        var name: InterfaceName?
        var linkLayerAddress: [UInt8] = []
        for attribute in try Attribute.parse(cursor.rest) {
            if attribute.type == UInt16(IFLA_IFNAME) {
                name = InterfaceName(String(decoding: attribute.payload.prefix { $0 != 0 }, as: UTF8.self))
            }
            if attribute.type == UInt16(IFLA_ADDRESS) { linkLayerAddress = Array(attribute.payload) }
        }
        guard let name else { return nil }
        var link = Link(index: index, name: name, flags: flags)
        link.linkLayerAddress = linkLayerAddress
        return link
    }

    /// The request for the interface of this name; ENODEV if there is none.
    static func query(_ name: InterfaceName) -> MessageWriter {
        var writer = MessageWriter(type: RTM_GETLINK, flags: 0)
        writer.append(UInt8(AF_UNSPEC))
        writer.append(UInt8(0))
        writer.append(UInt16(0))
        writer.append(UInt32(0))
        writer.append(UInt32(0))
        writer.append(UInt32(0))
        writer.attribute(Int(IFLA_IFNAME), Array(name.description.utf8) + [0])
        return writer
    }
}
