// Static addresses that may be used while the kernel checks them for duplicates (RFC 4429).
import Internet
import Netlink

/// Which addresses the guard has the kernel check optimistically: those that would else be of no use for the one to two
/// seconds of duplicate address detection.
///
/// The kernel does so by itself only for addresses it forms, and not while it forwards (net/ipv6/addrconf.c); of others
/// it wants the flag when they are added. So they are added once more. Duplicates are found as before. Of the link-local
/// address, to which providers route delegated prefixes, a program that handles router advertisements itself may make much
/// of its going, as networkd does, so there it is left alone.
struct OptimisticAddresses: Sendable {
    /// Those asked for since the link came up, so that a kernel that knows no such thing is asked once.
    private var asked: Set<InterfaceAddress> = []
    /// Those whose removal, for the addition, the kernel has not told of yet.
    private var moving: Set<InterfaceAddress> = []

    /// The addresses to be added again.
    mutating func due(of addresses: [Address], linkLocal: Bool) -> [Address] {
        addresses.filter { address in
            address.isTentative && !address.isDuplicate && address.isPermanent
                && (linkLocal || !address.value.address.isLinkLocal) && asked.insert(address.value).inserted
        }
    }

    /// The address was added again.
    mutating func apply(performed address: Address) { moving.insert(address.value) }

    /// Whether this removal is keep6's own; somebody else's address may be added anew, and is checked anew.
    mutating func apply(removed address: Address) -> Bool {
        if moving.remove(address.value) != nil { return true }
        asked.remove(address.value)
        return false
    }

    /// Notifications were lost.
    mutating func takeOverrun() { moving = [] }

    /// The link went down or away: what comes up then is checked anew.
    mutating func forget() {
        asked = []
        moving = []
    }
}
