// What keep6 check says of the recipes on providers' pages, which keep6 replaces.
import Internet
import TestSupport
import Testing

@testable import Configuration

@Suite struct ProviderRecipeTests {
    private static let stanza = "iface eno1 inet6 static\n address 2001:db8:100::1/64\n keep6 yes\n"
    private static let asking = stanza + " keep6-delegation 00:03:00:01:aa:bb:cc:dd:ee:ff\n"
    private static let wanted = "/etc/systemd/system/network.target.wants"

    private func clientFindings(
        _ command: String, name: String = "dhclient.service", _ text: String?, network: [String: String] = [:]
    ) -> [String] {
        let service = EnabledService(
            name: name, link: "\(Self.wanted)/\(name)",
            text: "[Service]\nRestart=always\n ExecStart = \(command)\nExecStop=/sbin/dhclient -x -6 -P\n")
        let check = ClientUnitCheck(text.map { interfaces($0) }, networkTree(network), services: [service]) { path in
            path == "/etc/dhcp/dhclient6.conf" ? "send dhcp6.client-id 00:03:00:01:AA:BB:CC:DD:EE:FF;" : nil
        }
        return check.findings().map(\.description)
    }

    private static let dhclient = "/sbin/dhclient -cf /etc/dhcp/dhclient6.conf -6 -P -v eno1"

    @Test("a unit that alone asks for a prefix")
    func lonelyUnit() {
        #expect(
            clientFindings("-\(Self.dhclient)", Self.stanza) == [
                "\(Self.wanted)/dhclient.service: dhclient.service is enabled; it asks for a delegated prefix but adds no"
                    + " route, so keep6 cannot see it; run 'systemctl disable --now dhclient.service', and write"
                    + " 'keep6-delegation 00:03:00:01:aa:bb:cc:dd:ee:ff' into the inet6 stanza of 'eno1'"
            ])
    }

    @Test(arguments: [
        (dhclient, "dhclient.service"), ("/usr/sbin/dhcp6c -f eno1", "wide-dhcpv6-client.service"),
        ("!/usr/local/sbin/odhcp6c -P 56 eno1", "odhcp6c.service"), ("dibbler-client run", "dibbler-client.service"),
    ])
    func aUnitThatAsksAsWell(command: String, name: String) {
        let found = clientFindings(command, name: name, Self.asking)
        #expect(found.count == 1)
        #expect(
            found.first?.hasSuffix(
                "on the same port as keep6-delegation, so answers reach only one of them; run 'systemctl"
                    + " disable --now \(name)'") == true)
    }

    @Test("a unit that asks in addition to networkd")
    func unitBesideNetworkd() {
        let file = "[Match]\nName=eno1\n[Network]\nDHCP=ipv6\n[X-Keep6]\n"
        let path = "/etc/systemd/network/50-eno1.network"
        #expect(clientFindings(Self.dhclient, nil, network: [path: file]).count == 1)
        #expect(clientFindings(Self.dhclient, nil, network: [path: "[Match]\nName=eno1\n[X-Keep6]\n"]).isEmpty)
    }

    @Test(arguments: ["/sbin/dhclient -6 eno1", "/usr/bin/dhcp6crypt", "/bin/true", ""])
    func anotherUnit(command: String) {
        #expect(clientFindings(command, Self.asking).isEmpty)
    }

    @Test("a host that keep6 does not keep")
    func unkeptHost() {
        #expect(clientFindings(Self.dhclient, "iface eno1 inet6 auto\n").isEmpty)
    }

    private func routeFindings(_ line: String, _ options: String = "") -> [String] {
        Finding.all(of: InterfacesCheck(interfaces(Self.stanza + options + " \(line)\n")) { _ in true }).map(\.sentence)
    }

    @Test(arguments: [
        "post-up ip -6 route add default via fe80::1 dev eno1",
        "up /sbin/ip -f inet6 route add default via fe80::1 dev eno1 || true",
        "post-up sysctl -p; ip -6 r a ::/0 via fe80::1 dev eno1",
        "pre-up ip -6 ro replace default dev eno1 via fe80::1",
    ])
    func aDefaultRouteByHand(line: String) {
        let found = routeFindings(line)
        #expect(found.count == 1, "\(found)")
        #expect(
            found.first?.hasSuffix(
                "makes a fixed default route, so the kernel takes none from router advertisements; remove the line"
                    + ", or pin it with 'keep6-default-route fe80::1'") == true)
        #expect(
            routeFindings(line, " keep6-default-route fe80::1\n").map {
                $0.hasSuffix("makes and keeps it; remove the line")
            }
                == [true])
        #expect(
            routeFindings(line, " keep6-default-route fe80::2\n").map { $0.hasSuffix("remove one of the lines") }
                == [true])
        #expect(routeFindings(line, " keep6-default-route off\n").isEmpty)
    }

    @Test(arguments: [
        "post-up ip -6 route add 2001:db8:7::/64 via fe80::1 dev eno1", "post-up ip route add default via 192.0.2.1",
        "pre-down ip -6 route del default via fe80::1", "post-down ip -6 route add default via fe80::1",
        "up echo ip -6 route default",
    ])
    func anotherRoute(line: String) { #expect(routeFindings(line).isEmpty) }
}
