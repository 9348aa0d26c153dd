// Programs that handle the router advertisements of a kept uplink in addition to the intended one.
import CLinux
import Configuration
import Host
import Internet
import Linux
import Netlink

/// Looks for them on the currently kept uplinks.
struct ManagerRivals: ConfigurationCheck {
    let network: NetworkTree

    private static let dhcpcdPath = "/etc/dhcpcd.conf"

    func findings() -> [Finding] {
        RunDirectory.uplinks().flatMap { [networkManager(on: $0), dhcpcd(on: $0)].compactMap { $0 } }
            + [dhcpcdOnPort].compactMap { $0 }
    }

    /// Two programs cannot share the port of DHCPv6 answers; networkd then gives up the whole link.
    private var dhcpcdOnPort: Finding? {
        guard let unit = EnabledUnit.link(to: "dhcpcd.service"),
            let file = network.kept.first(where: { NetworkSettings($0).asksByDHCPv6 })
        else { return nil }
        return Finding(
            FileLine(file: unit, line: 0), .warning,
            "dhcpcd.service is enabled and takes UDP port 546, so networkd cannot ask for the prefix that"
                + " \(file.path) requests, and gives up the link; run 'systemctl disable --now dhcpcd.service'")
    }

    /// What NetworkManager says about each device while it runs (NetworkManager(8), its state in /run).
    private func networkManager(on uplink: InterfaceName) -> Finding? {
        guard let link = try? Rtnetlink().link(uplink) else { return nil }
        let path = "/run/NetworkManager/devices/\(link.index.rawValue)"
        guard let text = try? StateFile.read(path), text.split(separator: "\n").contains("managed=true") else {
            return nil
        }
        return Finding(
            FileLine(file: path, line: 0), .warning,
            "NetworkManager manages '\(uplink)' too, and handles its router advertisements; write"
                + " 'unmanaged-devices=interface-name:\(uplink)' under '[keyfile]' into a file in"
                + " /etc/NetworkManager/conf.d, and run 'systemctl reload NetworkManager'")
    }

    private func dhcpcd(on uplink: InterfaceName) -> Finding? {
        guard let unit = EnabledUnit.link(to: "dhcpcd.service") else { return nil }
        let path = ManagerRivals.dhcpcdPath
        let bytes = try? Descriptor(opening: path, O_RDONLY | O_NONBLOCK).readAll(limit: StateFile.limit, of: path)
        let configuration = DhcpcdConfiguration(String(decoding: bytes ?? [], as: UTF8.self))
        guard configuration.handlesAdvertisements(on: uplink) else { return nil }
        return Finding(
            FileLine(file: unit, line: 0), .warning,
            "dhcpcd.service is enabled and also handles the router advertisements of '\(uplink)'; write"
                + " 'denyinterfaces \(uplink)' into \(path), or run 'systemctl disable --now dhcpcd.service'")
    }
}

/// The link that enables a unit, in a target's directory (systemctl(1), "enable"). A masked unit never starts, even if
/// it is enabled (systemctl(1), "mask").
enum EnabledUnit {
    private static let directory = "/etc/systemd/system"

    static func link(to unit: String) -> String? {
        guard !isMasked(unit) else { return nil }
        return targets.map { "\($0)/\(unit)" }.first { access($0, F_OK) == 0 }
    }

    /// Whether the first unit file by that name is a link to /dev/null or an empty file (systemd.unit(5)).
    private static func isMasked(_ unit: String) -> Bool {
        for directory in [directory, "/run/systemd/system"] {
            let path = "\(directory)/\(unit)"
            guard access(path, F_OK) == 0 else { continue }
            return text(of: path)?.isEmpty ?? false
        }
        return false
    }

    /// All services, each once.
    static func services() -> [EnabledService] {
        var seen: Set<String> = []
        return targets.flatMap { target in
            ((try? Directory.names(in: target)) ?? []).sorted().compactMap { name in
                guard name.hasSuffix(".service"), let bytes = text(of: "\(target)/\(name)"), !isMasked(name),
                    seen.insert(name).inserted
                else { return nil }
                return EnabledService(
                    name: name, link: "\(target)/\(name)", text: String(decoding: bytes, as: UTF8.self))
            }
        }
    }

    private static var targets: [String] {
        let names = ((try? Directory.names(in: directory)) ?? []).filter { $0.hasSuffix(".wants") }
        return names.sorted().map { "\(directory)/\($0)" }
    }

    private static func text(of path: String) -> [UInt8]? {
        try? Descriptor(opening: path, O_RDONLY | O_NONBLOCK).readAll(limit: StateFile.limit, of: path)
    }
}
