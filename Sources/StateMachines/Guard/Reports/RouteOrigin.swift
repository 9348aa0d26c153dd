// Whose a default route is.
import Netlink

/// Whose a default route is; also the value of KEEP6_ROUTE=.
package enum RouteOrigin: String, Sendable {
    case router
    /// The gateway that the wish names; keep6's own route is all there is to be.
    case pinned
    /// keep6's own, until the router's is there.
    case substitute

    package init(_ route: Route, isPinned: Bool) {
        self = isPinned ? .pinned : route.routeProtocol == .keep6 ? .substitute : .router
    }
}
