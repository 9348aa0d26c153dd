// The kernel's state of one uplink, as the guard reads it.
import Internet
import Netlink

/// The kernel's state of one uplink.
package struct Snapshot: Equatable, Sendable {
    /// nil while there is no such interface.
    package var link: Link?
    package var addresses: [Address] = []
    /// The default routes through the uplink, in the main table.
    package var routes: [Route] = []
    /// `net.ipv6.conf.IFACE.accept_ra`; nil if it cannot be read.
    package var acceptRA: Int?
    /// `net.ipv6.conf.all.forwarding`; nil if it cannot be read.
    package var forwarding: Bool?

    package init(link: Link?) { self.link = link }

    package var hasGlobal: Bool { addresses.contains(where: \.isUsableGlobal) }
}
