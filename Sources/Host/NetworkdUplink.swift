// An uplink that networkd configures: which .network file is for it, and what that file has keep6 do.
import CLinux
import Internet
import Keep6
import Linux
import Netlink
import Systemd

/// All .network files of the host, read once, and the links they are for.
public struct NetworkdConfiguration {
    public let tree: NetworkTree
    private let voice: Voice

    public init(_ voice: Voice) {
        tree = NetworkTree(with: .host)
        self.voice = voice
    }

    /// What keep6 is to keep of the link, and what is wrong in it; nil if no file that networkd applies to the link has
    /// keep6 do anything.
    public func kept(_ link: Link) -> (kept: KeptUplink, complaints: [LocatedComplaint])? {
        file(for: link).flatMap { kept(link.name, by: $0) }
    }

    /// The same for a link by one of its names in the file, whether or not it is there.
    public func kept(
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

    /// The file that networkd applies; where its [Match] asks what keep6 does not know, the one that networkd says.
    private func file(for link: Link) -> NetworkFile? {
        switch tree.applied(to: KnownLink(link)) {
        case .none: return nil
        case .one(let file): return file
        case .cannotTell(let files):
            let named = NetworkdState(of: link.index).file
            return files.first { $0.path == named }
        }
    }

    /// The releases' rules differ where forwarding is configured; only then is the running one's version asked for.
    private func handlesAdvertisements(_ settings: NetworkSettings) -> Bool {
        let until255 = settings.handlesRouterAdvertisements(.until255)
        guard settings.handlesRouterAdvertisements(.since256) != until255 else { return until255 }
        do {
            let version = try Manager().version
            return settings.handlesRouterAdvertisements(NetworkSettings.Networkd(version: version))
        } catch {
            voice.complain("\(error); keep6 assumes that networkd handles no router advertisements.")
            return false
        }
    }
}

/// What networkd itself says of a link, in the file for other programs (sd-network's network-util.c).
struct NetworkdState {
    /// The .network file that it has applied.
    private(set) var file: String?

    init(of link: InterfaceIndex) {
        let path = "/run/systemd/netif/links/\(link.rawValue)"
        let bytes = try? Descriptor(opening: path, O_RDONLY | O_NOFOLLOW).readAll(limit: StateFile.limit, of: path)
        for line in String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n") {
            if line.hasPrefix("NETWORK_FILE=") { file = String(line.dropFirst(13)) }
        }
    }
}

extension KnownLink {
    /// What the kernel and, where it runs, udev know of the link.
    init(_ link: Link) {
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
        if let lines = DeviceRecord.lines("/sys/class/net/\(link.name)/uevent"),
            lines.contains("IFINDEX=\(link.index.rawValue)")
        {
            let isEthernet = link.hardwareType == UInt16(ARPHRD_ETHER)
            type = DeviceRecord.value("DEVTYPE=", lines) ?? (isEthernet ? "ether" : nil)
        }
        guard let lines = DeviceRecord.lines("/run/udev/data/n\(link.index.rawValue)") else { return }
        driver = DeviceRecord.value("E:ID_NET_DRIVER=", lines) ?? ""
        path = DeviceRecord.value("E:ID_PATH=", lines) ?? ""
    }

    private static func lines(_ path: String) -> [Substring]? {
        guard let bytes = try? Descriptor(opening: path, O_RDONLY).readAll(limit: StateFile.limit, of: path) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }

    private static func value(_ prefix: String, _ lines: [Substring]) -> String? {
        lines.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.utf8.count)) }
    }
}
