// What can happen to a guarded uplink, and what the guard can do about it.
import Internet
import Netlink

/// Something that happened, told by the kernel, by systemd, by a router or by a clock.
public enum Event: Equatable, Sendable {
    /// The kernel's whole state, read anew.
    case snapshot(Snapshot)
    case routeAdded(Route, replacing: Bool)
    case routeRemoved(Route, by: Remover)
    /// A router advertisement that passed RFC 4861 6.1.2; the lifetime in seconds, 0 to 65535.
    case advertisement(from: IPv6Address, lifetime: Int, preference: UInt8)
    /// A neighbour said, of its own address, that it is no router any more (RFC 4861 7.2.5).
    case routerGone(IPv6Address)
    case linkChanged(Link)
    case linkRemoved
    case addressAdded(Address)
    case addressRemoved(Address)
    /// The wish, read anew; nil if the uplink is kept no longer.
    case wish(KeptUplink?)
    case forwarding(Bool)
    /// Nobody on the link answers for this address any more.
    case neighborFailed(IPv6Address)
    /// The kernel dropped notifications: something was missed.
    case overrun
    /// Somebody asks for another look; the words say who and why.
    case poke(String)
    case acceptRA(found: Int, now: Int)
    case timer
    /// The program that removed a route has this name.
    case identified(UInt32, name: String)
    case performed(Action)
    case failed(Action, code: Int32, reason: String)
}

/// Who removed a route: the netlink port tells (facts of the kernel: 0 is itself).
public enum Remover: Equatable, Sendable {
    case kernel
    /// A program, by its netlink port, which usually is its process id.
    case process(UInt32)
}

/// Something the guard wants done; the shell does it and tells how it went.
public enum Action: Equatable, Sendable {
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
    /// Has the kernel find out whether a neighbour still answers (RFC 4861 7.3).
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

/// The kernel's state of one uplink.
public struct Snapshot: Equatable, Sendable {
    /// nil while there is no such interface.
    public var link: Link?
    public var addresses: [Address] = []
    /// The default routes through the uplink, in the main table.
    public var routes: [Route] = []
    /// `net.ipv6.conf.IFACE.accept_ra`; nil if it cannot be read.
    public var acceptRA: Int?
    /// `net.ipv6.conf.all.forwarding`; nil if it cannot be read.
    public var forwarding: Bool?

    public init(link: Link?) { self.link = link }

    var hasGlobal: Bool { addresses.contains(where: \.isUsableGlobal) }
}

extension Address {
    /// One that the internet can answer to: unique local addresses (RFC 4193) are none.
    var isUsableGlobal: Bool { value.address.isGlobalUnicast && isUsable }
}
