// What keep6 check says of prefix delegation in an interfaces file.
import Internet
import TestSupport
import Testing

@testable import Configuration

@Suite struct DelegationCheckTests {
    /// As the tutorials of providers have them.
    private static let files = [
        "/etc/dhcp/dhclient6.conf": """
        # send dhcp6.client-id 00:00:00;
        interface "eth0" {
          send dhcp6.client-id 00:03:00:01:AA:BB:CC:DD:EE:FF;
          request;
        }
        """
    ]

    private func findings(_ text: String, hasClient: Bool = true, rival: String? = nil) -> [String] {
        DelegationCheck(interfaces(text), hasClient: hasClient, rival: rival) { Self.files[$0] }.findings().map(
            \.description)
    }

    @Test(arguments: [
        "up dhclient -cf /etc/dhcp/dhclient6.conf -6 -P eth0", "post-up /sbin/dhclient -6 -P -v eth0 &",
        "pre-up sleep 5; dhclient -1 -6 -P -cf /etc/dhcp/dhclient6.conf",
    ])
    func tutorial(line: String) {
        let found = findings("iface eth0 inet6 static\n address 2001:db8::1/64\n keep6 yes\n \(line)\n")
        #expect(found.count == 1)
        #expect(
            found.first?.hasSuffix(
                "asks for a delegated prefix but adds no route, so keep6 cannot see it; remove the line and write"
                    + " 'keep6-delegation 00:03:00:01:aa:bb:cc:dd:ee:ff' into the inet6 stanza of 'eth0'") == true)
    }

    @Test func unreadableConfiguration() {
        let found = findings("iface e inet6 auto\n keep6 yes\n up dhclient -6 -P -cf /nowhere e\n")
        #expect(found.first?.hasSuffix("of 'e', with the DUID that your provider shows") == true)
    }

    @Test("in the stanza of IPv4")
    func stanzaOfIPv4() {
        let text =
            "iface e inet dhcp\n up dhclient -6 -P e\niface e inet6 auto\n keep6 yes\n keep6-delegation 00:02:00:00:ab:11:f0\n"
        #expect(findings(text).map { $0.hasSuffix("which keep6-delegation already does; remove the line") } == [true])
    }

    @Test(arguments: [
        "up dhclient -6 eth0", "up dhclient -4 eth0", "up echo dhclient", "down dhclient -6 -P eth0", "mtu 1500",
    ])
    func notADelegation(line: String) {
        #expect(findings("iface eth0 inet6 auto\n keep6 yes\n \(line)\n").isEmpty)
    }

    @Test("a stanza that is not kept")
    func unkeptStanza() {
        #expect(
            findings(
                "iface e inet6 auto\n keep6-delegation 00:02:00:00:ab:11:f0\n up dhclient -6 -P e\n", hasClient: false
            ).isEmpty
        )
    }

    @Test func besideAnotherClient() {
        let text = "iface e inet6 dhcp\n keep6 yes\n keep6-delegation 00:02:00:00:ab:11:f0\n"
        #expect(findings(text).map { $0.hasSuffix("write 'inet6 auto' or 'inet6 static'") } == [true])
    }

    @Test("in addition to the service of dhcpcd")
    func serviceOfDhcpcd() {
        let text = "iface e inet6 auto\n keep6 yes\n"
        #expect(findings(text, rival: "/x").isEmpty)
        let found = findings(text + " keep6-delegation 00:02:00:00:ab:11:f0\n", rival: "/x")
        #expect(found.map { $0.hasPrefix("/x: dhcpcd.service is enabled and takes UDP port 546 ") } == [true])
    }

    @Test func withoutDhcpcd() {
        let text = "iface e inet6 auto\n keep6 yes\n keep6-delegation 00:02:00:00:ab:11:f0\n"
        #expect(findings(text).isEmpty)
        #expect(
            findings(text, hasClient: false).map {
                $0.hasSuffix(":3: dhcpcd, which asks for the prefix, is not installed; run 'apt install dhcpcd-base'")
            } == [true])
    }
}
