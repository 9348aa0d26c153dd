// A netlink socket that the kernel tells of changes unasked.
import CLinux
import Internet
import Linux

/// Hears what a filter lets through of some groups of notifications (rtnetlink(7)), as values.
package final class Subscription<Value> {
    private let socket: Descriptor
    private let parse: (Message) throws(Malformed) -> [Value]
    private var buffer = [UInt8](repeating: 0, count: 32 * 1024)

    /// The file descriptor, for an event loop; it is not blocking.
    package var descriptor: Int32 { socket.raw }

    init(
        to groups: [rtnetlink_groups], _ filter: SocketFilter, for purpose: String,
        _ parse: @escaping (Message) throws(Malformed) -> [Value]
    ) throws(SystemError) {
        socket = try openSocket(Int(SOCK_RAW.rawValue | SOCK_NONBLOCK.rawValue), for: purpose)
        self.parse = parse
        try filter.attach(to: socket)
        for group in groups {
            try socket.set(
                SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group.rawValue, "subscribe to the kernel's notifications")
        }
    }

    /// Has the kernel drop what this filter drops, from now on.
    func attach(_ filter: SocketFilter) throws(SystemError) { try filter.attach(to: socket) }

    /// The next notifications; nil when none are left, ENOBUFS or EMSGSIZE when some were lost.
    ///
    /// A message that keep6 cannot read is the kernel's and new to it, so it is passed over.
    package func receive() throws(SystemError) -> [Value]? {
        do throws(SystemError) {
            let datagram = try Netlink.receive(from: socket, into: &buffer, "hear the kernel's notifications")
            let messages = datagram.flatMap { try? Message.parse($0) } ?? []
            return messages.flatMap { (try? parse($0)) ?? [] }
        } catch {
            if error.code == EAGAIN { return nil }
            throw error
        }
    }

    /// Takes what is queued, in a flood 1024 datagrams of it: the rest wakes an event loop again.
    ///
    /// - Parameter take: gets those of each datagram; nil stands for what was lost, so that everything is to be read anew.
    /// - Returns: whether nothing is left.
    @discardableResult
    package func drain(_ take: ([Value]?) -> Void) throws(SystemError) -> Bool {
        for _ in 0..<1024 {
            do throws(SystemError) {
                guard let heard = try receive() else { return true }
                take(heard)
            } catch {
                guard error.code == ENOBUFS || error.code == EMSGSIZE else { throw error }
                take(nil)
            }
        }
        return false
    }
}

/// Default routes, addresses, links, forwarding and dead neighbors.
package typealias NotificationSocket = Subscription<Notification>

extension Subscription<Notification> {
    package convenience init() throws(SystemError) {
        try self.init(
            to: [RTNLGRP_LINK, RTNLGRP_NEIGH, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV6_NETCONF],
            EventFilter(uplink: nil).program(), for: "a netlink socket for notifications", Notification.parse)
    }

    /// Has the kernel drop what is not about this interface; nil lets every interface's links and addresses through.
    package func watch(_ uplink: InterfaceIndex?) throws(SystemError) {
        try attach(EventFilter(uplink: uplink).program())
    }
}

/// Guests and their networks.
package typealias GuestNotificationSocket = Subscription<GuestNotification>

extension Subscription<GuestNotification> {
    package convenience init() throws(SystemError) {
        try self.init(
            to: [RTNLGRP_LINK, RTNLGRP_NEIGH, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_ROUTE],
            GuestFilter(bridges: []).program(), for: "a netlink socket for guests"
        ) { message throws(Malformed) in try GuestNotification.parse(message).map { [$0] } ?? [] }
    }

    /// Has the kernel drop the neighbors of all other interfaces.
    package func watch(_ bridges: [InterfaceIndex]) throws(SystemError) {
        try attach(GuestFilter(bridges: bridges).program())
    }
}
