// What can happen to a guarded uplink, and what the guard can do about it.
import Configuration
import Internet
import Netlink

/// Something that happened, told by the kernel, by systemd, by a router or by a clock.
package enum GuardEvent: Equatable, Sendable {
    /// The whole state of the kernel, read again.
    case snapshot(Snapshot)
    case routeAdded(Route, replacing: Bool)
    case routeRemoved(Route, by: Remover)
    /// A router advertisement that passed RFC 4861 6.1.2; the lifetime in seconds, 0 to 65535.
    case advertisement(from: IPv6Address, lifetime: Int, preference: UInt8)
    /// A neighbor said, of its own address, that it is no router any more (RFC 4861 7.2.5).
    case routerGone(IPv6Address)
    case linkChanged(Link)
    case linkRemoved
    case addressAdded(Address)
    case addressRemoved(Address)
    /// The wish, read again; nil if keep6 no longer keeps the uplink.
    case wish(KeptUplink?)
    case forwarding(Bool)
    /// Nobody on the link answers for this address any more.
    case neighborFailed(IPv6Address)
    /// The kernel dropped notifications: something was missed.
    case overrun
    /// A hook or an administrator asks the guard to check everything again; the text says who and why.
    case poke(String)
    case acceptRA(found: Int, now: Int)
    case timer
    /// The program that removed a route has this name.
    case identified(UInt32, name: String)
    case performed(GuardAction)
    case failed(GuardAction, code: Int32, reason: String)
}

/// Who removed a route: the netlink port tells (facts of the kernel: 0 is itself).
package enum Remover: Equatable, Sendable {
    case kernel
    /// A program, by its netlink port, which usually is its process id.
    case process(UInt32)
}

extension Address {
    /// One that the internet can answer to: unique local addresses (RFC 4193) are none.
    package var isUsableGlobal: Bool { value.address.isGlobalUnicast && isUsable }
}
