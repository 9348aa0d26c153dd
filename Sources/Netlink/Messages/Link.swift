// A network interface as rtnetlink has it (rtnetlink(7), netdevice(7)).
import CLinux
import Internet

/// A network interface: its index and names, whether it is up, its link-layer address, what it is.
package struct Link: Hashable, Sendable {
    package var index: InterfaceIndex
    package var name: InterfaceName
    /// IFF_* (netdevice(7)).
    package var flags: UInt32
    /// ARPHRD_* (linux/if_arp.h).
    package var hardwareType: UInt16 = 0
    package var linkLayerAddress: [UInt8] = []
    /// Burnt into the device; empty if it has none.
    package var permanentAddress: [UInt8] = []
    package var alternativeNames: [String] = []
    /// `veth`, `bridge`, `vlan` ...; nil for hardware.
    package var kind: String?

    package init(index: InterfaceIndex, name: InterfaceName, flags: UInt32) {
        self.index = index
        self.name = name
        self.flags = flags
    }

    /// Set up by the administrator.
    package var isUp: Bool { flags & UInt32(IFF_UP) != 0 }
    /// Up, and the other end is there (RFC 2863 operational state up).
    package var hasCarrier: Bool { isUp && flags & UInt32(IFF_RUNNING) != 0 }
}

extension Link {
    /// Reads an RTM_NEWLINK or RTM_DELLINK; nil for a bridge port's own messages and for a name keep6 refuses.
    package static func parse(_ payload: ArraySlice<UInt8>) throws(Malformed) -> Link? {
        var cursor = ByteCursor(payload)
        let family = try cursor.native(UInt8.self)
        _ = try cursor.take(1)
        let hardwareType = try cursor.native(UInt16.self)
        let index = InterfaceIndex(rawValue: try cursor.native())
        let flags = try cursor.native(UInt32.self)
        _ = try cursor.take(4)
        guard family == UInt8(AF_UNSPEC) else { return nil }
        let attributes = try Attribute.parse(cursor.rest)
        guard let text = attributes.first(where: { $0.type == UInt16(IFLA_IFNAME) })?.text,
            let name = InterfaceName(text)
        else { return nil }
        var link = Link(index: index, name: name, flags: flags)
        link.hardwareType = hardwareType
        for attribute in attributes { try link.apply(attribute) }
        return link
    }

    private mutating func apply(_ attribute: Attribute) throws(Malformed) {
        switch Int(attribute.type) {
        case IFLA_ADDRESS: linkLayerAddress = Array(attribute.payload)
        case IFLA_PERM_ADDRESS: permanentAddress = Array(attribute.payload)
        case IFLA_LINKINFO:
            kind = try Attribute.parse(attribute.payload).first { $0.type == UInt16(IFLA_INFO_KIND) }?.text
        case IFLA_PROP_LIST:
            let names = try Attribute.parse(attribute.payload).filter { $0.type == UInt16(IFLA_ALT_IFNAME) }
            alternativeNames = names.map(\.text)
        default: break
        }
    }

    /// The request that lists all interfaces.
    static func listing() -> MessageWriter {
        var writer = MessageWriter(type: RTM_GETLINK, flags: NLM_F_DUMP)
        writer.append(UInt8(AF_UNSPEC))
        writer.append(UInt8(0))
        writer.append(UInt16(0))
        for _ in 0..<3 { writer.append(UInt32(0)) }
        return writer
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
