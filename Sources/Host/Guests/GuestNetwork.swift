// From the name of a network of guests to the bridge that it has.
import CLinux
import Configuration
import Internet
import Linux
import Netlink
import Presentation

/// A network as a wish names it.
package struct GuestNetwork {
    package let name: NetworkName

    package init(_ name: NetworkName) { self.name = name }

    /// Where libvirt keeps its networks: those that run, then those that are defined (virnetworkobj.c).
    private var files: [String] {
        ["/run/libvirt/network/\(name).xml", "\(GuestNetwork.definitions)/\(name).xml"]
    }

    private static let definitions = "/etc/libvirt/qemu/networks"

    /// The networks that libvirt has defined, and the IPv6 addresses that it gives each.
    package static var defined: [(name: NetworkName, addresses: [InterfaceAddress])] {
        let files = ((try? Directory.names(in: definitions)) ?? []).filter { $0.hasSuffix(".xml") }.sorted()
        return files.compactMap { file in
            guard let name = NetworkName(String(file.dropLast(4))), let text = GuestNetwork(name).definition else {
                return nil
            }
            return (name, LibvirtNetworkXML.addresses(in: text))
        }
    }

    /// What libvirt says of a network of this name; nil if it has none, or has no bridge for it.
    var libvirtBridge: InterfaceName? {
        for path in files {
            let text = try? StateFile.bytes(of: path, limit: LibvirtNetworkXML.limit)
            if let text, let bridge = LibvirtNetworkXML.bridge(in: text) { return bridge }
        }
        return nil
    }

    /// The XML that libvirt starts the network with the next time; nil if it has none of this name.
    package var definition: [UInt8]? {
        files.last.flatMap { try? StateFile.bytes(of: $0, limit: LibvirtNetworkXML.limit) }
    }

    /// Whether libvirt knows a network of this name, running or not.
    package var isLibvirts: Bool { files.contains { access($0, F_OK) == 0 } }

    /// The network's bridge, if it is there now; a libvirt network comes before a bridge of the same name.
    package func bridge(among links: [Link]) -> Link? {
        let bridge = libvirtBridge ?? InterfaceName(name.description)
        return links.first { $0.name == bridge }
    }
}

extension Kernel {
    /// How many guests the uplink answers for on each network of the wish.
    package func proxies(of wish: Wish, on uplink: Link?) throws(SystemError) -> [ProxyStatus] {
        guard !wish.proxies.isEmpty else { return [] }
        let links = try routes.links()
        let counts = try uplink.map { link throws(SystemError) in try ProxyHost(link, routes).counts() } ?? [:]
        return wish.proxies.map { name in
            let bridge = GuestNetwork(name).bridge(among: links)
            let count = bridge.flatMap { counts[$0.index] } ?? 0
            return ProxyStatus(network: name, bridge: bridge?.name, count: count)
        }
    }
}
