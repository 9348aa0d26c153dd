// From the name of a network of guests to the bridge that it has.
import CLinux
import Internet
import Keep6
import Linux
import Netlink

/// A network as a wish names it.
public struct GuestNetwork {
    public let name: NetworkName

    public init(_ name: NetworkName) { self.name = name }

    /// Where libvirt keeps its networks: those that run, then those that are defined (virnetworkobj.c).
    private var files: [String] {
        ["/run/libvirt/network/\(name).xml", "/etc/libvirt/qemu/networks/\(name).xml"]
    }

    /// What libvirt says of a network of this name; nil if it has none, or has no bridge for it.
    public var libvirtBridge: InterfaceName? {
        for path in files {
            let text = try? StateFile.bytes(of: path, limit: LibvirtNetworkText.limit)
            if let text, let bridge = LibvirtNetworkText.bridge(in: text) { return bridge }
        }
        return nil
    }

    /// Whether libvirt knows a network of this name, running or not.
    public var isLibvirts: Bool { files.contains { access($0, F_OK) == 0 } }

    /// The network's bridge, if it is there now; a libvirt network comes before a bridge of the same name.
    public func bridge(among links: [Link]) -> Link? {
        let bridge = libvirtBridge ?? InterfaceName(name.description)
        return links.first { $0.name == bridge }
    }
}
