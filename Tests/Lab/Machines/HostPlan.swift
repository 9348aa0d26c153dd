import Foundation

/// What a host is to be like before its first boot: the administrator's work, up to the reboot.
struct HostPlan {
    enum Network { case absent, defined, onAutostart }

    static let network = "lan6"
    /// As Debian's installer leaves it.
    static let preamble = "source /etc/network/interfaces.d/*\nauto lo\niface lo inet loopback\n"

    let release: DebianRelease
    var purpose = Root.Purpose.host
    var manager = Manager.ifupdown
    var uplinks = [Uplink.eth0]
    /// The stanzas in /etc/network/interfaces, beside that of lo.
    var interfaces: String
    /// What stands before them.
    var preamble = HostPlan.preamble
    var hasPackage = true
    var libvirtNetwork = Network.defined
    /// The element of the network's XML by that name.
    var libvirtForward = "<forward mode='route'/>"
    /// Whether the network's dnsmasq advertises what its bridge has addresses of.
    var advertisesToGuests = false
    /// The machine's devices that it has too, by path.
    var devices: [String] = []
    /// Further files, by path.
    var files: [String: String] = [:]
    /// Shell lines run in the root before it boots.
    var preparation: [String] = []

    init(_ release: DebianRelease, interfaces: String = Uplink.eth0.stanza("keep6 yes")) {
        self.release = release
        self.interfaces = interfaces
    }

    /// All files to be written, by path.
    var allFiles: [String: String] {
        var all = files
        all["/etc/network/interfaces", default: ""] += preamble + interfaces
        if libvirtNetwork != .absent {
            all["\(Self.networks)/\(Self.network).xml"] = Self.networkXML(
                Self.network, number: 6, forward: libvirtForward, advertises: advertisesToGuests)
        }
        return all
    }

    /// Where libvirt keeps its networks.
    private static let networks = "/etc/libvirt/qemu/networks"

    /// A network with the bridge `virbr` and the prefix `fd00:` of this number.
    private static func networkXML(_ name: String, number: Int, forward: String, advertises: Bool) -> String {
        let options = """
            <dnsmasq:option value='dhcp-range=::,constructor:virbr\(number),ra-only,64,1h'/>
            <dnsmasq:option value='enable-ra'/>
            """
        return """
            <network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'>
              <name>\(name)</name>
              \(forward)
              <bridge name='virbr\(number)'/>
              <ip family='ipv6' address='fd00:\(number)::1' prefix='64'/>
              <dnsmasq:options>
                \(advertises ? options : "")
              </dnsmasq:options>
            </network>
            """
    }

    /// A further network that libvirt starts, on the bridge `virbr` of this number, which advertises to its guests.
    mutating func addGuestNetwork(_ name: String, number: Int) {
        files["\(Self.networks)/\(name).xml"] = Self.networkXML(
            name, number: number, forward: "<forward mode='route'/>", advertises: true)
        preparation.append(Self.autostart(name))
    }

    private static func autostart(_ network: String) -> String {
        "mkdir -p \(networks)/autostart && ln -s ../\(network).xml \(networks)/autostart/"
    }

    /// All shell lines, those that follow from the rest of the plan first.
    var allPreparation: [String] {
        var lines: [String] = []
        if libvirtNetwork == .onAutostart { lines.append(Self.autostart(Self.network)) }
        if manager == .networkd {
            lines.append("systemctl -q enable systemd-networkd.service networkd-dispatcher.service")
        }
        if HostPlan.masksGuards { lines.append("ln -sf /dev/null /etc/systemd/system/keep6@.service") }
        return lines + preparation
    }

    /// Every case must fail when no guard can start: this tries it.
    private static let masksGuards = ProcessInfo.processInfo.environment["KEEP6_LAB_MASK_GUARD"] == "1"
}
