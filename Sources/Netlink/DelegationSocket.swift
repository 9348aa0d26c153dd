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
        var filter = SocketFilter()
        filter.load(.byte, at: DelegationSocket.routeProtocol)
        filter.require(UInt32(RouteProtocol.dhcp.rawValue))
        filter.accept()
        socket = try openSubscription(
            to: [RTNLGRP_IPV6_ROUTE], filter, for: "a netlink socket for delegated prefixes")
    }

    /// The next routes; nil when none are left, ENOBUFS when some were lost.
    public func receive() throws(SystemError) -> [UnreachableRoute]? {
        try receiveNotifications(from: socket, into: &buffer)?.compactMap {
            (try? UnreachableRoute.parse($0.payload)) ?? nil
        }
    }
}
