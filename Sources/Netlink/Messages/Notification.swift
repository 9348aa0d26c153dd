// What the kernel tells without being asked: one small typed value for each message.
import CLinux
import Internet

/// A change that the kernel announced.
package enum Notification: Equatable, Sendable {
    /// A route is there; `replacing` if another of the same metric may have gone for it. The port is that of the socket
    /// that asked for it, 0 if the kernel did it by itself.
    case routeAdded(Route, replacing: Bool, port: UInt32)
    /// A route is gone; the port as above.
    case routeRemoved(Route, port: UInt32)
    case addressAdded(Address)
    /// An address is gone; the kernel does not tell by whom (inet6_ifa_notify, net/ipv6/addrconf.c).
    case addressRemoved(Address)
    case linkChanged(Link)
    case linkRemoved(Link)
    case configuration(NetworkConfiguration)
    case neighborChanged(Neighbor)

    /// The notifications in one message; none for types that keep6 does not know.
    static func parse(_ message: Message) throws(Malformed) -> [Notification] {
        switch Int(message.type) {
        case RTM_NEWROUTE:
            let replacing = message.flags & UInt16(NLM_F_REPLACE) != 0
            return try Route.parse(message.payload).map { .routeAdded($0, replacing: replacing, port: message.port) }
        case RTM_DELROUTE: return try Route.parse(message.payload).map { .routeRemoved($0, port: message.port) }
        case RTM_NEWADDR: return try Address.parse(message.payload).map { [.addressAdded($0)] } ?? []
        case RTM_DELADDR: return try Address.parse(message.payload).map { [.addressRemoved($0)] } ?? []
        case RTM_NEWLINK: return try Link.parse(message.payload).map { [.linkChanged($0)] } ?? []
        case RTM_DELLINK: return try Link.parse(message.payload).map { [.linkRemoved($0)] } ?? []
        case RTM_NEWNETCONF:
            return try NetworkConfiguration.parse(message.payload).map { [.configuration($0)] } ?? []
        case RTM_NEWNEIGH: return try Neighbor.parse(message.payload).map { [.neighborChanged($0)] } ?? []
        default: return []
        }
    }
}
