// What the guard can do about what happens to its uplink.
import Configuration
import Internet
import Netlink

/// Something the guard wants done; the shell does it and tells how it went.
package enum GuardAction: Equatable, Sendable {
    case add(Route)
    /// Gives a route of keep6's own a new lifetime.
    case refresh(Route)
    case remove(Route)
    case addAddress(Address)
    /// Has the host go on answering for an address while a program has taken it away.
    case hold(InterfaceAddress)
    /// Ends that.
    case release(InterfaceAddress)
    /// Has an address, which is being checked for duplicates, used meanwhile (RFC 4429).
    case makeOptimistic(Address)
    /// Tells the routers of the link an address of the host's (RFC 9131).
    case announce(IPv6Address)
    /// Has the kernel find out whether a neighbor still answers (RFC 4861 7.3).
    case probe(IPv6Address)
    /// Sets accept_ra as wished, if it is not.
    case correctAcceptRA
    /// Asks routers to advertise themselves; without the link-layer address, where it may not be told yet (RFC 4429 3.2).
    case solicit(tellsLinkLayerAddress: Bool)
    case readState
    /// Reads the wish where the administrator wrote it.
    case readWish
    case start(UnitName)
    case ready
    /// Writes the memory down.
    case remember
    case report(Report)
}
