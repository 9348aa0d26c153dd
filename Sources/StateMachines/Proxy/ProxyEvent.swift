// What can happen to the proxy, and what it does about it.
import Internet
import NeighborDiscovery

/// Something that was heard of guests, or of who asks for them.
package enum ProxyEvent: Equatable, Sendable {
    case scope(ProxyScope)
    /// For which addresses the kernel answers on keep6's behalf, read anew, and to which interface their routes lead.
    case found([IPv6Address: InterfaceIndex?])
    /// On this bridge somebody begins to use the address, or spoke from it; anybody there can say so.
    case claimed(IPv6Address, on: InterfaceIndex)
    /// On this bridge somebody answered for the address, or announced it.
    case answered(IPv6Address, on: InterfaceIndex)
    /// The kernel found nobody there for the address, or forgot it.
    case missed(IPv6Address, on: InterfaceIndex)
    /// An interface left this bridge, and maybe a guest with it.
    case portRemoved(from: InterfaceIndex)
    /// A neighbor on the uplink, usually the provider's router, asks for the address.
    case solicited(IPv6Address, by: IPv6Address)
    /// A neighbor on the uplink says that it has the address.
    case contested(IPv6Address)
    case timer
    /// The address could not be added or moved.
    case failed(IPv6Address, reason: String)
}

/// Something to be done at once and in order; only failures of `add` and `move` are told back.
package enum ProxyAction: Equatable, Sendable {
    /// Has packets for the address go to the bridge, tells these neighbors on the uplink, and has that answer for it from
    /// now on; what of that is so already stays.
    case add(IPv6Address, to: InterfaceIndex, telling: [IPv6Address] = [])
    /// Has its packets go to another bridge.
    case move(IPv6Address, to: InterfaceIndex)
    /// Ends both; nil if there is no route.
    case remove(IPv6Address, from: InterfaceIndex?)
    /// Has the kernel forget a neighbor that does not answer.
    case forget(IPv6Address, on: InterfaceIndex)
    /// Asks on a bridge who has the address.
    case ask(IPv6Address, on: InterfaceIndex)
    /// Asks on the uplink, where nobody else should have it.
    case challenge(IPv6Address)
    case report(ProxyReport)
}

/// Something that an administrator may want to read in the journal.
package enum ProxyReport: Equatable, Sendable {
    case came(IPv6Address, on: InterfaceIndex)
    case moved(IPv6Address, to: InterfaceIndex)
    case went(IPv6Address, from: InterfaceIndex)
    /// The bridge has as many addresses as keep6 answers for.
    case full(InterfaceIndex)
    case contested(IPv6Address)
    case failed(String)
}
