// A change of an interface's, or of everyone's, IPv6 configuration (RTM_NEWNETCONF, net/ipv6/addrconf.c).
import CLinux
import Internet

/// What RTM_NEWNETCONF told: for whom, and whether packets are forwarded there.
package struct NetworkConfiguration: Equatable, Sendable {
    package enum Scope: Equatable, Sendable {
        case all
        case byDefault
        case interface(InterfaceIndex)
    }

    package let scope: Scope
    /// nil if this change was not about forwarding.
    package let forwarding: Bool?

    package static func parse(_ payload: ArraySlice<UInt8>) throws(Malformed) -> NetworkConfiguration? {
        var cursor = ByteCursor(payload)
        let family = try cursor.native(UInt8.self)
        _ = try cursor.take(min(3, cursor.rest.count))
        guard family == UInt8(AF_INET6) else { return nil }
        var scope: Scope?
        var forwarding: Bool?
        for attribute in try Attribute.parse(cursor.rest) {
            switch Int(attribute.type) {
            case NETCONFA_IFINDEX:
                let index = try attribute.native(Int32.self)
                scope =
                    index == NETCONFA_IFINDEX_ALL
                    ? .all
                    : index == NETCONFA_IFINDEX_DEFAULT
                        ? .byDefault : .interface(InterfaceIndex(rawValue: UInt32(bitPattern: index)))
            case NETCONFA_FORWARDING: forwarding = try attribute.native(Int32.self) != 0
            default: break
            }
        }
        guard let scope else { throw Malformed("a netconf message without an interface") }
        return NetworkConfiguration(scope: scope, forwarding: forwarding)
    }
}
