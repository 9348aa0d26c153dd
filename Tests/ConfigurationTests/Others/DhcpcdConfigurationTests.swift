// On which links a configuration of dhcpcd acts on router advertisements.
import Internet
import TestSupport
import Testing

@testable import Configuration

@Suite struct DhcpcdConfigurationTests {
    private static let rows = [
        Row("nothing is said", "", "eth0 eth1"),
        Row("other options", "hostname\nduid\npersistent\noption rapid_commit\n", "eth0 eth1"),
        Row("denied", "denyinterfaces eth0\n", "eth1"),
        Row("denied by a pattern, with a comment", "denyinterfaces veth* eth* # ours\n", ""),
        Row("allowed", "allowinterfaces wlan*, eth1\n", "eth1"),
        Row("allowed and denied", "allowinterfaces eth*\ndenyinterfaces eth1\n", "eth0"),
        Row("no solicitations", "noipv6rs\n", ""),
        Row("no IPv6 on one", "interface eth0\n  noipv6\ninterface eth1\n  static ip_address=192.0.2.1/24\n", "eth1"),
        Row("IPv4 alone", "ipv4only\ninterface eth0\n", ""),
        Row("a wireless network", "ssid home\nnoipv6\n", "eth0 eth1"),
        Row("a comment", "# noipv6\n", "eth0 eth1"),
    ]

    @Test(arguments: rows)
    func handles(_ row: Row) {
        let configuration = DhcpcdConfiguration(row.text)
        let handled = ["eth0", "eth1"].filter { configuration.handlesAdvertisements(on: InterfaceName($0)!) }
        #expect(handled.joined(separator: " ") == row.expected)
    }
}
