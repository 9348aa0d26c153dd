// What keep6 check says of a prefix that is on the uplink's link and on a libvirt network.
import Internet
import TestSupport
import Testing

@testable import Configuration
@testable import StateMachines

@Suite struct SharedPrefixCheckTests {
    private static let xml = """
        <!-- <ip family='ipv6' address='2001:db8:9::1' prefix='64'/> -->
        <network>
          <name>guests</name>
          <ip address='192.168.122.1' netmask='255.255.255.0'/>
          <ip family='ipv6' address='2001:db8:2::1' prefix='64'>
          </ip>
          <ip family="ipv6" address="fd00::1"/>
          <ip family='ipv6' address='nonsense' prefix='64'/>
        </network>
        """

    private func check(_ lines: String, file: String? = nil) -> [String] {
        let text = "iface eno1 inet6 static\n    keep6 yes\n\(lines)"
        let path = "/etc/systemd/network/a.network"
        let addresses = LibvirtNetworkXML.addresses(in: Array(Self.xml.utf8))
        let check = SharedPrefixCheck(
            interfaces(text), networkTree(file.map { [path: $0] } ?? [:]),
            networks: [(NetworkName("guests")!, addresses)])
        return check.findings().map { "\($0.place) \($0.severity): \($0.sentence)" }
    }

    @Test func theAddressesOfANetwork() {
        let found = LibvirtNetworkXML.addresses(in: Array(Self.xml.utf8)).map(\.description)
        #expect(found == ["2001:db8:2::1/64", "fd00::1/128"])
        #expect(LibvirtNetworkXML.addresses(in: Array("<ip family='ipv6' address='".utf8)).isEmpty)
    }

    @Test func aStanza() {
        #expect(
            check("    address 2001:db8:2::2/64\n") == [
                "/n/interfaces:3 warning: the libvirt network 'guests' also has the prefix of 2001:db8:2::2/64, so its"
                    + " guests are not found; if the provider routes the prefix to this host, write"
                    + " '2001:db8:2::2/128'; if its router asks on the link for each address, write 'keep6-proxy"
                    + " guests'"
            ])
        #expect(check("    address 2001:db8:1::2/64\n    keep6-address 2001:db8:2::2/56\n").count == 1)
    }

    @Test func aNetworkFile() {
        let file = "[Match]\nName=eno1\n[Network]\nAddress=2001:db8:1::2/64\nAddress=2001:db8:2::2/64\n[X-Keep6]\n"
        let found = check("", file: file)
        #expect(found.count == 1)
        #expect(
            found.first?.hasPrefix("/etc/systemd/network/a.network:5 warning: the libvirt network 'guests' ") == true)
        #expect(found.first?.hasSuffix("write 'Proxy=guests'") == true)
        #expect(check("", file: file + "Proxy=guests\n").isEmpty)
    }

    @Test(arguments: [
        "    address 2001:db8:2::2/128\n", "    address 2001:db8:1::2/64\n",
        "    address 2001:db8:2::2/64\n    keep6-proxy other guests\n", "    address nonsense\n",
    ])
    func nothingShared(lines: String) { #expect(check(lines).isEmpty) }
}
