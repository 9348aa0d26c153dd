// From a .network file to the wish in it, and what it says of networkd's own doing.
import Internet
import TestSupport
import Testing

@testable import Configuration
@testable import StateMachines
@testable import Text

@Suite struct NetworkWishTests {
    private let uplink = InterfaceName("eth0")

    private func stated(_ text: String, dropIn: String? = nil) throws -> StatedWish? {
        networkFile(text, dropIn: dropIn).wish(for: try #require(uplink))
    }

    /// The wish as the text that the hooks store, without the lines that are always there.
    private func words(_ stated: StatedWish?) -> String {
        guard let stated else { return "none" }
        let lines = KeptUplink(wish: stated.wish, foundAcceptRA: nil).text.split(separator: "\n")
        return lines.dropFirst(2).dropLast().joined(separator: "; ")
    }

    private static let wishes = [
        Row("no section", "[Match]\nName=eth0\n", "none"),
        Row("the section alone", "[X-Keep6]\n", ""),
        Row("turned off", "[X-Keep6]\nEnable=no\nWait=3\n", "none"),
        Row("turned on", "[X-Keep6]\nEnable=ON\n", ""),
        Row("the last counts", "[X-Keep6]\nEnable=no\nEnable=1\n", ""),
        Row("an empty one takes back", "[X-Keep6]\nEnable=f\nEnable=\n", ""),
        Row(
            "everything",
            "[X-Keep6]\nAddress=2001:db8::11/64\nAddress=2001:db8::12/64 2001:db8::13/64\nAcceptRA=2\n"
                + "DefaultRoute=fe80::1\nRouter=fe80::1 fe80::2\nRouter=fe80::1\nStart=a.service b.service\nStart=c.timer\nWait=30\n"
                + "Proxy=lan6 br0\nProxy=br0 br1\n",
            "keep6-address 2001:db8::11/64; keep6-address 2001:db8::12/64; keep6-address 2001:db8::13/64;"
                + " keep6-accept-ra 2; keep6-default-route fe80::1; keep6-router fe80::1; keep6-router fe80::2;"
                + " keep6-start a.service; keep6-start b.service;"
                + " keep6-start c.timer; keep6-wait 30; keep6-proxy lan6; keep6-proxy br0; keep6-proxy br1"),
        Row("defaults as written", "[X-Keep6]\nAcceptRA=auto\nDefaultRoute=ra\nWait=0\n", ""),
        Row(
            "the last of what is no list", "[X-Keep6]\nWait=3\nWait=4\nAcceptRA=2\nAcceptRA=0\n",
            "keep6-accept-ra 0; keep6-wait 4"),
        Row(
            "empty values take back",
            "[X-Keep6]\nAddress=2001:db8::1/64\nAddress=\nAddress=2001:db8::2/64\nStart=a.service\nStart=\nWait=3\n"
                + "Wait=\nProxy=lan6\nProxy=\n"
                + "AcceptRA=1\nAcceptRA=\nRouter=fe80::1\nRouter=\nDefaultRoute=off\nDefaultRoute=\n",
            "keep6-address 2001:db8::2/64"),
        Row(
            "two sections are one", "[X-Keep6]\nWait=3\n[Network]\nDHCP=no\n[X-Keep6]\nAcceptRA=2\n",
            "keep6-accept-ra 2; keep6-wait 3"),
        Row("keys of other sections", "[X-Keep6]\n[Network]\nAddress=2001:db8::1/64\nWait=3\n", ""),
    ]

    @Test(arguments: wishes)
    func wish(_ row: Row) throws {
        let stated = try stated(row.text)
        #expect(words(stated) == row.expected)
        #expect(stated?.complaints ?? [] == [])
        #expect(networkFile(row.text).isKept == (stated != nil))
    }

    private static let complaints = [
        Row("a wrong Enable", "Enable=maybe", "option 'Enable=maybe': it must be yes or no; keep6 uses yes"),
        Row(
            "an address without a length", "Address=2001:db8::1",
            "option 'Address=2001:db8::1': '2001:db8::1' is not a unicast"),
        Row(
            "an IPv4 address", "Address=192.0.2.1/24", "option 'Address=192.0.2.1/24': '192.0.2.1/24' is not a unicast"),
        Row("accept_ra", "AcceptRA=yes", "option 'AcceptRA=yes': it must be auto, 2, 1 or 0; keep6 uses 2"),
        Row(
            "a route", "DefaultRoute=up",
            "option 'DefaultRoute=up': it must be ra, off or a gateway's IPv6 address; keep6"),
        Row("a unit", "Start=libvirtd", "option 'Start=libvirtd': 'libvirtd' is not a name of a systemd unit"),
        Row("seconds", "Wait=1min", "option 'Wait=1min': it must be a number of seconds from 0 to 3600; keep6 uses 7"),
        Row(
            "a router", "Router=2001:db8::1",
            "option 'Router=2001:db8::1': '2001:db8::1' is not a router's link-local address (fe80::1)"),
        Row("Guests", "Guests=default:x", "option 'Guests=default:x': 'default:x' is not NETWORK or NETWORK:SUBNET"),
        Row(
            "a network", "Proxy=a/b",
            "option 'Proxy=a/b': 'a/b' is not a name of a libvirt network or a bridge, or there are more than 16"),
        Row(
            "a slip", "Adress=2001:db8::1/64",
            "option 'Adress=2001:db8::1/64': unknown option (did you mean 'Address='?); keep6 ignores it"),
        Row(
            "a wrong case", "acceptra=2", "option 'acceptra=2': unknown option (did you mean 'AcceptRA='"),
        Row("far from all", "Gateway=fe80::1", "option 'Gateway=fe80::1': unknown option; keep6 ignores it"),
        Row(
            "an option of a stanza", "keep6-wait=3", "option 'keep6-wait=3': unknown option; keep6"),
        Row(
            "delegation is networkd's", "Delegation=x",
            "option 'Delegation=x': unknown option; keep6 ignores it"),
    ]

    /// The rest holds, and so does what was said before.
    @Test(arguments: complaints)
    func complaint(_ row: Row) throws {
        let before = "Wait=7\nAcceptRA=2\nDefaultRoute=off\n"
        let stated = try stated("[X-Keep6]\n\(before)\(row.text)\nStart=a.service\n")
        #expect(words(stated) == "keep6-accept-ra 2; keep6-default-route off; keep6-start a.service; keep6-wait 7")
        #expect(stated?.complaints.map(\.place.description) == ["/n/a.network:5"])
        #expect(stated?.complaints.first?.complaint.description.hasPrefix(row.expected) == true)
    }

    @Test func aDropInAddsToTheWish() throws {
        let stated = try stated("[X-Keep6]\nWait=3\n", dropIn: "[X-Keep6]\nAcceptRA=x\n\nWait=\n")
        #expect(words(stated) == "")
        #expect(stated?.complaints.map(\.place.description) == ["/n/a.network.d/b.conf:2"])
    }

    private static let addresses = [
        Row("none", "[Network]\nDHCP=yes\n", ""),
        Row(
            "in [Network]", "[Network]\nAddress=2001:db8::1/64\nAddress=192.0.2.1/24\nAddress=2001:db8::2/64\n",
            "2001:db8::1/64 2001:db8::2/64"),
        Row(
            "in [Address]", "[Address]\nAddress=2001:db8::1/64\n[Address]\nAddress=2001:db8::2/128\nPeer=::1/128\n",
            "2001:db8::1/64 2001:db8::2/128"),
        Row("the last in [Address]", "[Address]\nAddress=2001:db8::1/64\nAddress=2001:db8::2/64\n", "2001:db8::2/64"),
        Row("taken back in [Address]", "[Address]\nAddress=2001:db8::1/64\nAddress=\n", ""),
        Row(
            "taken back",
            "[Address]\nAddress=2001:db8::1/64\n[Network]\nAddress=2001:db8::2/64\nAddress=\n"
                + "Address=2001:db8::3/64\n", "2001:db8::3/64"),
        Row("without a length", "[Network]\nAddress=2001:db8::1\n", "2001:db8::1/128"),
        Row("twice", "[Network]\nAddress=2001:db8::1/64\nAddress=2001:db8:0::1/64\n", "2001:db8::1/64"),
        Row("out of networkd's pool", "[Network]\nAddress=::/64\n", ""),
        Row("link-local", "[Network]\nAddress=fe80::2/64\n", "fe80::2/64"),
        Row("keep6's own are beside them", "[X-Keep6]\nAddress=2001:db8::1/64\n", ""),
    ]

    @Test(arguments: addresses)
    func staticAddresses(_ row: Row) throws {
        let stated = try stated(row.text + "[X-Keep6]\n")
        #expect(stated?.staticAddresses.map(\.description).joined(separator: " ") == row.expected)
    }
}

@Suite struct NetworkSettingsTests {
    private static let handling = [
        Row("nothing said", "", "252 257"),
        Row("said", "IPv6AcceptRA=yes", "252 257"),
        Row("said under its old name", "IPv6AcceptRouterAdvertisements=no", ""),
        Row("refused", "IPv6AcceptRA=off", ""),
        Row("unsaid again", "IPv6AcceptRA=no\nIPv6AcceptRA=", "252 257"),
        Row("not understood", "IPv6AcceptRA=no\nIPv6AcceptRA=maybe", ""),
        Row("IPForward, gone in 256", "IPForward=yes", "257"),
        Row("IPForward of IPv4", "IPForward=ipv4", "252 257"),
        Row("IPForward of the kernel", "IPForward=ipv6\nIPForward=kernel", "252 257"),
        Row("IPv6Forwarding, new in 256", "IPv6Forwarding=yes", "252"),
        Row("not forwarding", "IPv6Forwarding=no", "252 257"),
        Row("masquerading", "IPMasquerade=both", ""),
        Row("masquerading, IPv4 alone", "IPMasquerade=yes", "252 257"),
        Row("masquerading, not forwarding", "IPMasquerade=ipv6\nIPv6Forwarding=no", "257"),
        Row("sending", "IPv6SendRA=yes", "252"),
        Row("sending, under its old name", "IPv6PrefixDelegation=dhcpv6", "252"),
        Row("forwarding, but told", "IPv6Forwarding=yes\nIPForward=yes\nIPv6SendRA=yes\nIPv6AcceptRA=yes", "252 257"),
        Row("no link-local address", "LinkLocalAddressing=no\nIPv6AcceptRA=yes", ""),
        Row("an IPv4 link-local address", "LinkLocalAddressing=ipv4", ""),
        Row("link-local addresses by an old name", "LinkLocalAddressing=fallback", "252 257"),
        Row("no way to make one", "IPv6LinkLocalAddressGenerationMode=none", ""),
        Row("a port of a bridge", "Bridge=br0", ""),
        Row("a port of a bridge, with addresses", "Bridge=br0\nLinkLocalAddressing=ipv6", "252 257"),
        Row("a port of a bond", "Bond=bond0\nLinkLocalAddressing=ipv6\nIPv6AcceptRA=yes", ""),
        Row("no port", "Bridge=br0\nBridge=", "252 257"),
        Row("its master stays", "KeepMaster=yes", ""),
        Row("unmanaged", "IPv6AcceptRA=yes\n[Link]\nUnmanaged=yes", ""),
    ]

    /// Which releases of networkd handle router advertisements, by their source.
    @Test(arguments: handling)
    func handlesRouterAdvertisements(_ row: Row) {
        let settings = NetworkSettings(networkFile("[Network]\n\(row.text)\n"))
        let releases = [252, 257].filter { settings.handlesRouterAdvertisements(.init(version: $0)) }
        #expect(releases.map(String.init).joined(separator: " ") == row.expected)
    }

    @Test func theHostsForwardingCountsIfTheFileSaysNothing() {
        func handles(_ text: String, _ networkd: NetworkSettings.Networkd) -> Bool {
            NetworkSettings(networkFile(text)).handlesRouterAdvertisements(networkd, hostForwards: true)
        }
        #expect(handles("", .until255))
        #expect(!handles("", .since256))
        #expect(handles("[Network]\nIPv6Forwarding=no\n", .since256))
        #expect(handles("[Network]\nIPv6AcceptRA=yes\n", .since256))
    }

    @Test func theRest() {
        let settings = NetworkSettings(
            networkFile("[Network]\nBond=b\n[IPv6AcceptRA]\nUseGateway=no\n"))
        #expect(settings.bond == "b" && settings.bridge == nil)
        #expect(!settings.usesGateway && !settings.isUnmanaged)
    }
}
