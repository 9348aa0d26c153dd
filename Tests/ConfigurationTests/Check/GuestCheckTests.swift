// What `keep6 check` says of the networks that are to be numbered from a delegated prefix.
import Internet
import TestSupport
import Testing

@testable import Configuration

private let prepared = """
    <network><bridge name='virbr0'/><ip family='ipv6' address='fd00::1' prefix='64'/>
    <option value='dhcp-range=::,constructor:virbr0,ra-only'/><option value='enable-ra'/></network>
    """

/// `FILE:LINE severity: sentence` of a stanza of `eth0` with these lines, and of a .network file.
private func check(stanza lines: String = "", file: String? = nil, xml: String = prepared, libvirt: String? = nil)
    -> [String]
{
    let stanza = "iface eth0 inet6 static\n    address 2001:db8:1::10/64\n    keep6 yes\n    \(lines)\n"
    let network = NetworkTree(
        with: fileReader(
            file.map { ["/etc/systemd/network/a.network": $0] } ?? [:],
            directories: ["/etc/systemd/network": ["a.network"]]))
    let check = GuestCheck(
        interfaces(stanza), network, owner: { ["default": .libvirt, "br0": .bridge][$0.description] ?? nil },
        xml: { _ in Array(xml.utf8) }, libvirt: libvirt)
    return Finding.all(of: check).map { "\($0.place) \($0.severity): \($0.sentence)" }
}

@Suite struct GuestCheckTests {
    private static let delegation = "keep6-delegation 00030001aabbccddeeff\n    "

    @Test func nothingIsWrong() {
        #expect(check(stanza: Self.delegation + "keep6-guests default:7 br0") == [])
        #expect(check(stanza: "keep6-wait 3") == [])
        let network = "[Match]\nName=eth0\n[Network]\nDHCP=ipv6\n[X-Keep6]\nGuests=default\n"
        #expect(check(file: network) == [])
    }

    @Test("a network that does not exist")
    func missingNetwork() {
        let found = check(stanza: Self.delegation + "keep6-guests default lan7:3")
        #expect(found.count == 1)
        #expect(
            found.first?.hasPrefix("/n/interfaces:5 error: option 'keep6-guests default lan7:3': there is no") == true)
    }

    @Test("no program asks for a prefix")
    func noPrefix() {
        let found = check(stanza: "keep6-guests default")
        #expect(found.count == 1)
        #expect(found.first?.contains("warning: option 'keep6-guests default': no program asks for a prefix") == true)
    }

    @Test(arguments: [
        ("firewall_backend = \"nftables\"", 1), ("firewall_backend=\"nftables\"", 1),
        ("firewall_backend = \"iptables\"", 0), ("#firewall_backend = \"nftables\"", 0), ("", 0),
    ])
    func aFirewallOfLibvirtsThatCannotBeOverruled(line: String, count: Int) {
        let text = "# Master configuration\n\(line)\n"
        let found = check(stanza: Self.delegation + "keep6-guests default br0", libvirt: text)
        #expect(found.count == count)
        #expect(found.allSatisfy { $0.contains("'default' from a delegated prefix") })
        let open = prepared.replacing("<bridge", with: "<forward mode='open'/><bridge")
        #expect(check(stanza: Self.delegation + "keep6-guests default", xml: open, libvirt: text) == [])
    }

    @Test("a libvirt network that lacks what guests need")
    func lackingNetwork() {
        let bare = "<network><bridge name='virbr0'/></network>"
        let found = check(stanza: Self.delegation + "keep6-guests default br0", xml: bare)
        #expect(found.count == 1)
        #expect(found.first?.contains("lacks an IPv6 address of its own, and a dnsmasq range") == true)
        #expect(found.first?.contains("run 'keep6 guests prepare default'") == true)
        let half = check(
            stanza: Self.delegation + "keep6-guests default", xml: prepared.replacing("enable-ra", with: "log-dhcp"))
        #expect(half.first?.contains("lacks dnsmasq's router advertisements,") == true)
    }
}
