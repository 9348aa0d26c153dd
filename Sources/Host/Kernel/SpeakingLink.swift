// A link as who speaks of neighbors on it needs to know it.
import NeighborDiscovery
import Netlink

extension NeighborSendSocket.Link {
    /// The link as the kernel tells of it.
    package init(_ link: Link) {
        self.init(name: link.name, index: link.index, address: link.linkLayerAddress)
    }
}
