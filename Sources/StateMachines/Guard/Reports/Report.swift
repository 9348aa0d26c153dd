// What the guard has to say to the administrator.
import Internet
import Netlink

/// What is wrong with a default route that another is preferred to.
package enum Obstacle: Sendable {
    /// Its router is none of those that the wish names.
    case foreignRouter
    /// Its router does not answer any more.
    case deadRouter
    /// Another program added it, and its gateway does not answer.
    case deadRoute
}

/// Something that an administrator may want to read in the journal.
package enum Report: Equatable, Sendable {
    /// keep6 put a route back; the outage is from the loss to the kernel's acknowledgement.
    case restored(Route, Cause, outage: Duration)
    /// A router's own route is there again after a loss.
    case returned(Route, Cause, outage: Duration)
    /// The kernel's or networkd's own route is there again, and keep6's is gone.
    case relieved(Route)
    /// There is no default route now, and keep6 has no reason to put one back.
    case lost(Cause)
    /// An address of keep6's own is on the interface.
    case addressAdded(InterfaceAddress)
    /// keep6 put a static address back; the outage as above.
    case addressRestored(InterfaceAddress, outage: Duration)
    case fight(Cause)
    /// A route stands in the way, so another router's is preferred to it.
    case overruled(Route, Obstacle)
    case corrected(acceptRA: Int, from: Int)
    case failed(String)
    case ready(waitedFor: String?, AdvertisementHandler)
    /// For the first time since the guard was started there is a default route.
    case online(Route, isPinned: Bool)
    case linkGone
    case poked(String)
    /// A router advertised itself that was not known while others were.
    case adopted(IPv6Address)
    /// So many messages posed as a router's since this was last said, and what was wrong with the last one.
    case refused(String, count: Int)
    /// Too many messages: only these routers are heard for a while.
    case flood([IPv6Address])
}
