// Hears that routes of DHCP clients, as those of delegated prefixes are, come and go.
import CLinux
import Internet
import Linux

/// A netlink socket that is told of these routes alone.
public final class DelegationSocket {
    private let socket: Descriptor
    private var buffer = [UInt8](repeating: 0, count: 32 * 1024)

    /// For an event loop; it is not blocking.
    public var descriptor: Int32 { socket.raw }

    /// Where in a message a route's protocol stands.
    private static let routeProtocol: UInt32 = 21

    public init() throws(SystemError) {
        let type = Int(SOCK_RAW.rawValue | SOCK_NONBLOCK.rawValue)
        socket = try openSocket(type, for: "a netlink socket for delegated prefixes")
        var filter = SocketFilter()
        filter.load(.byte, at: DelegationSocket.routeProtocol)
        filter.require(UInt32(RouteProtocol.dhcp.rawValue))
        filter.accept()
        try filter.attach(to: socket)
        try socket.set(
            SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV6_ROUTE.rawValue, "subscribe to the kernel's notifications")
    }

    /// The next routes; nil when none are left, ENOBUFS when some were lost.
    public func receive() throws(SystemError) -> [UnreachableRoute]? {
        try receiveNotifications(from: socket, into: &buffer)?.compactMap {
            (try? UnreachableRoute.parse($0.payload)) ?? nil
        }
    }
}
