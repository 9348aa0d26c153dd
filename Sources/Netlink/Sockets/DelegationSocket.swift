// Hears that routes of DHCP clients, as those of delegated prefixes are, come and go.
import CLinux
import Internet
import Linux

/// That such a route has come or gone; which one, the routes themselves tell.
package struct DelegationChange: Sendable {}

package typealias DelegationSocket = Subscription<DelegationChange>

extension Subscription<DelegationChange> {
    package convenience init() throws(SystemError) {
        var filter = SocketFilter()
        // Where in a message a route's protocol stands.
        filter.load(.byte, at: 21)
        filter.require(UInt32(RouteProtocol.dhcp.rawValue))
        filter.accept()
        try self.init(
            to: [RTNLGRP_IPV6_ROUTE], filter, for: "a netlink socket for delegated prefixes"
        ) { _ throws(Malformed) in [DelegationChange()] }
    }
}
