// What networkd configures: which .network file is for a link, and what that file has keep6 do.
import CLinux
import Configuration
import Internet
import Linux
import Netlink
import Systemd

/// All .network files of the host, read once, and the links they are for.
package struct NetworkdConfiguration {
    package let tree: NetworkTree
    private let log: Log

    package init(_ log: Log) {
        tree = NetworkTree(with: .host)
        self.log = log
    }

    /// Whether a kept file has `Firewall=yes`; its links do not matter, because there is one firewall.
    package var wantsFirewall: Bool {
        guard let any = InterfaceName("any") else { return false }
        return tree.kept.contains { $0.wish(for: any)?.wish.firewall == true }
    }

    /// What the files have keep6 do with a link.
    package enum Answer {
        case keep(KeptUplink, [LocatedComplaint])
        /// Nothing. The addresses are what networkd configures on it.
        case leave(staticAddresses: [InterfaceAddress])
        /// A file may be for the link, and networkd does not say yet.
        case cannotTell
    }

    package func answer(for link: Link) -> Answer {
        var file: NetworkFile?
        switch tree.applied(to: KnownLink(link)) {
        case .none: break
        case .one(let first): file = first
        case .cannotTell(let files):
            guard let named = NetworkdState(of: link.index).file else { return .cannotTell }
            file = files.first { $0.path == named }
        }
        if let file, let (kept, complaints) = kept(link.name, by: file) { return .keep(kept, complaints) }
        return .leave(staticAddresses: file?.staticAddresses ?? [])
    }

    /// What keep6 is to keep of a link by this file, and what is wrong in it; nil if it is to do nothing.
    package func kept(
        _ uplink: InterfaceName, by file: NetworkFile
    ) -> (kept: KeptUplink, complaints: [LocatedComplaint])? {
        guard let stated = file.wish(for: uplink) else { return nil }
        let settings = NetworkSettings(file)
        var kept = KeptUplink(wish: stated.wish)
        kept.manager = .networkd
        kept.staticAddresses = settings.isUnmanaged ? [] : stated.staticAddresses
        kept.networkdHandlesAdvertisements = handlesAdvertisements(settings)
        return (kept, stated.complaints)
    }

    /// The releases' rules differ where forwarding is configured; only then is the running one's version asked for.
    private func handlesAdvertisements(_ settings: NetworkSettings) -> Bool {
        let hostForwards = tree.masquerader.map { _ in true }
        let until255 = settings.handlesRouterAdvertisements(.until255, hostForwards: hostForwards)
        let since256 = settings.handlesRouterAdvertisements(.since256, hostForwards: hostForwards)
        guard since256 != until255 else { return until255 }
        do {
            let version = try Manager().version
            return NetworkSettings.Networkd(version: version) == .until255 ? until255 : since256
        } catch {
            log.warning("\(error); keep6 assumes that networkd handles no router advertisements.")
            return false
        }
    }
}

/// What networkd itself says of a link, in the file for other programs (sd-network's network-util.c).
private struct NetworkdState {
    /// The .network file that it has applied.
    private(set) var file: String?

    init(of link: InterfaceIndex) {
        let path = "/run/systemd/netif/links/\(link.rawValue)"
        for line in lines(of: path) ?? [] where line.hasPrefix("NETWORK_FILE=") { file = String(line.dropFirst(13)) }
    }
}

extension KnownLink {
    /// What the kernel and, where it runs, udev know of the link.
    package init(_ link: Link) {
        self.init(link.name)
        alternativeNames = link.alternativeNames
        hardwareAddress = HardwareAddress(bytes: link.linkLayerAddress)
        permanentAddress = HardwareAddress(bytes: link.permanentAddress)
        kind = link.kind ?? ""
        let device = DeviceRecord(of: link)
        driver = device.driver
        path = device.path
        type = device.type ?? (link.hardwareType == UInt16(ARPHRD_LOOPBACK) ? "loopback" : nil)
    }
}

/// What sysfs and udev's database have of a network device.
private struct DeviceRecord {
    var type: String?
    var driver: String?
    var path: String?

    init(of link: Link) {
        if let lines = lines(of: "/sys/class/net/\(link.name)/uevent"), lines.contains("IFINDEX=\(link.index.rawValue)")
        {
            let isEthernet = link.hardwareType == UInt16(ARPHRD_ETHER)
            type = DeviceRecord.value("DEVTYPE=", lines) ?? (isEthernet ? "ether" : nil)
        }
        guard let lines = lines(of: "/run/udev/data/n\(link.index.rawValue)") else { return }
        driver = DeviceRecord.value("E:ID_NET_DRIVER=", lines) ?? ""
        path = DeviceRecord.value("E:ID_PATH=", lines) ?? ""
    }

    private static func value(_ prefix: String, _ lines: [Substring]) -> String? {
        lines.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.utf8.count)) }
    }
}

/// The lines of a small file; nil if it cannot be read.
private func lines(of path: String) -> [Substring]? {
    guard let file = try? Descriptor(opening: path, O_RDONLY | O_NONBLOCK),
        let bytes = try? file.readAll(limit: StateFile.limit, of: path)
    else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
}
