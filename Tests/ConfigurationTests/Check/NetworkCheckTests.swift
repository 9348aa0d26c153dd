// What `keep6 check` says of .network files, alone and beside an interfaces file.
import TestSupport
import Testing

@testable import Configuration

/// `FILE:LINE severity: sentence`, one a line, the directory left out where it is /etc/systemd/network.
private func report(_ files: [String: String], units: [String: Bool] = [:]) -> [String] {
    let paths = files.map { ($0.hasPrefix("/") ? $0 : "/etc/systemd/network/\($0)", $1) }
    return Finding.all(of: NetworkCheck(networkTree(Dictionary(uniqueKeysWithValues: paths))) { units[$0.description] })
        .map { "\(short($0.place)) \($0.severity): \($0.sentence)" }
}

private func short(_ place: FileLine) -> String { String(place.description.trimmingPrefix("/etc/systemd/network/")) }

/// Of one file, with `[Match] Name=e` on its first two lines; the file's name is left out.
private func report(_ text: String, units: [String: Bool] = [:]) -> [String] {
    report(["a.network": "[Match]\nName=e\n\(text)"], units: units).map { String($0.trimmingPrefix("a.network:")) }
}

@Suite struct NetworkCheckTests {
    private static let optionRows = [
        CheckRow("nothing of keep6", "[Network]\nAddress=nonsense\nIPv6AcceptRA=no\nBridge=b\n"),
        CheckRow(
            "all in order",
            "[Network]\nAddress=2001:db8::10/64\nIPv6AcceptRA=yes\nIPv6Forwarding=yes\n[X-Keep6]\nEnable=yes\n"
                + "Address=2001:db8::11/64\nAcceptRA=auto\nDefaultRoute=fe80::1\nStart=libvirtd.service\nWait=30\n"),
        CheckRow("turned off", "[Network]\nBridge=b\n[X-Keep6]\nEnable=no\nWait=x\n"),
        CheckRow(
            "wrong values", "[X-Keep6]\nWait=x\nAddress=1\nAdress=1\nGuests=default:x\n",
            "4 error: option 'Wait=x': it must be a number",
            "5 error: option 'Address=1': '1' is not a unicast address",
            "6 error: option 'Adress=1': unknown option (did you mean 'Address='?)",
            "7 error: option 'Guests=default:x': 'default:x' is not NETWORK or NETWORK:SUBNET"),
        CheckRow(
            "no assignment", "[X-Keep6]\nWait 3\n", "4 warning: 'Wait 3' is not 'Key=value'; networkd ignores it"),
        CheckRow(
            "lower case", "[x-keep6]\nWait=3\n",
            "3 error: unknown section '[x-keep6]'; write"),
        CheckRow(
            "no X", "[Keep6]\n", "3 error: unknown section '[Keep6]'; write '[X-Keep6]'"),
        CheckRow("no hyphen", "[XKeep6]\n", "3 error: unknown section '[XKeep6]'"),
        CheckRow("no digit", "[X-Keep]\n", "3 error: unknown section '[X-Keep]'"),
        CheckRow("white space", "[ X-Keep6 ]\n", "3 error: unknown section '[ X-Keep6 ]'"),
        CheckRow("networkd's own sections", "[Link]\n[Network]\n[Route]\n[Bridge]\n[X-Other]\n[IPv6AcceptRA]\n"),
        CheckRow(
            "a file that networkd refuses", "[X-Keep6] # mine\n[X-Keep6]\nWait=x\n",
            "3 error: '[X-Keep6] # mine' is not a section...networkd ignores all of",
            "5 error: option 'Wait=x'"),
    ]

    @Test(arguments: optionRows)
    func options(_ row: CheckRow) {
        #expect(row.isMet(by: report(row.text)), "\(report(row.text))")
    }

    private static let contradictionRows = [
        CheckRow(
            "forwarding without IPv6AcceptRA=", "[Network]\nIPv6Forwarding=yes\n[X-Keep6]\n",
            "4 warning: 'IPv6Forwarding=yes' stops networkd (from 256 on) from...write 'IPv6AcceptRA=yes'"
        ),
        CheckRow(
            "forwarding of 252", "[Network]\nIPForward=yes\n[X-Keep6]\n",
            "4 warning: 'IPForward=yes' stops networkd (up to 255)"),
        CheckRow(
            "masquerading", "[Network]\nIPMasquerade=both\n[X-Keep6]\n",
            "4 warning: 'IPMasquerade=both' stops networkd from"),
        CheckRow("sending", "[Network]\nIPv6SendRA=yes\n[X-Keep6]\n", "4 warning: 'IPv6SendRA=yes' stops networkd"),
        CheckRow(
            "forwarding, IPv4 alone", "[Network]\nIPForward=ipv4\nIPMasquerade=yes\nIPv4Forwarding=yes\n[X-Keep6]\n"),
        CheckRow("forwarding, gateway pinned", "[Network]\nIPv6Forwarding=yes\n[X-Keep6]\nDefaultRoute=fe80::1\n"),
        CheckRow(
            "AcceptRA=2 beside networkd", "[X-Keep6]\nAcceptRA=2\n",
            "4 warning: networkd handles the router advertisements of this link itself...remove 'AcceptRA=2'"),
        CheckRow(
            "AcceptRA=1 beside networkd", "[Network]\nIPv6AcceptRA=1\n[X-Keep6]\nAcceptRA=1\n", "6 warning: networkd"),
        CheckRow("AcceptRA=0 beside networkd", "[X-Keep6]\nAcceptRA=0\n"),
        CheckRow("AcceptRA=2, the kernel handles them", "[Network]\nIPv6AcceptRA=no\n[X-Keep6]\nAcceptRA=2\n"),
        CheckRow(
            "AcceptRA=1, the kernel handles them", "[Network]\nIPv6AcceptRA=no\n[X-Keep6]\nAcceptRA=1\n",
            "6 warning: with 'AcceptRA=1' the kernel drops the default route...write 'AcceptRA=2'"),
        CheckRow(
            "nobody handles them", "[Network]\nIPv6AcceptRA=no\n[X-Keep6]\nAcceptRA=0\n",
            "4 warning: with 'IPv6AcceptRA=no' and 'AcceptRA=0' no program handles router advertisements"),
        CheckRow(
            "nobody, for networkd leaves accept_ra at 0", "[Network]\nIPv6AcceptRA=no\n[X-Keep6]\n",
            "4 warning: with 'IPv6AcceptRA=no' and 'AcceptRA=auto' no program handles router advertisements"),
        CheckRow("nobody needs to", "[Network]\nIPv6AcceptRA=no\n[X-Keep6]\nDefaultRoute=off\n"),
        CheckRow(
            "no gateway of theirs", "[X-Keep6]\n[IPv6AcceptRA]\nUseGateway=no\n",
            "5 warning: with 'UseGateway=no' networkd takes no default route"),
        CheckRow(
            "a gateway of networkd's", "[Network]\nGateway=fe80::1\nGateway=192.0.2.1\n[X-Keep6]\n",
            "4 warning: 'Gateway=fe80::1' makes a fixed default route,...pin it with 'DefaultRoute=fe80::1' in [X-Keep6]"
        ),
        CheckRow(
            "in a route's section", "[Route]\nGateway=2001:db8::1\nGatewayOnLink=yes\n[X-Keep6]\n",
            "4 warning: 'Gateway=2001:db8::1' makes a fixed default route,"),
        CheckRow(
            "two gateways", "[Route]\nDestination=::/0\nGateway=fe80::2\n[X-Keep6]\nDefaultRoute=fe80::1\n",
            "5 warning: 'Gateway=fe80::2' and 'DefaultRoute=fe80::1' are two default routes;"),
        CheckRow("the same gateway twice", "[Network]\nGateway=fe80::1\n[X-Keep6]\nDefaultRoute=fe80::1\n"),
        CheckRow(
            "a gateway to somewhere else", "[Route]\nDestination=2001:db8:7::/48\nGateway=fe80::2\n[X-Keep6]\n"),
        CheckRow("no gateway, one pinned", "[X-Keep6]\nDefaultRoute=fe80::1\n[IPv6AcceptRA]\nUseGateway=no\n"),
        CheckRow(
            "a port of a bridge", "[Network]\nBridge=br0\n[X-Keep6]\nAcceptRA=2\n",
            "4 error: with 'Bridge=br0' the link is a port of 'br0'...move [X-Keep6] into the file of 'br0'"),
        CheckRow(
            "a port of a bond", "[Network]\nBond=b\n[X-Keep6]\n", "4 error: with 'Bond=b' the link is a port of 'b'"),
        CheckRow(
            "no link-local address", "[Network]\nLinkLocalAddressing=no\n[X-Keep6]\n",
            "4 error: the link gets no IPv6 link-local address...write 'LinkLocalAddressing=ipv6'"),
        CheckRow(
            "IPv4 link-local", "[Network]\nLinkLocalAddressing=ipv4\n[X-Keep6]\n", "4 error: the link gets no IPv6"),
        CheckRow("unmanaged", "[Link]\nUnmanaged=yes\n[X-Keep6]\n", "4 error: with 'Unmanaged=yes' networkd leaves"),
        CheckRow(
            "an address twice", "[Network]\nAddress=2001:db8::1/64\n[Address]\nAddress=2001:db8:0::1/64\n[X-Keep6]\n",
            "6 warning: the address 2001:db8::1/64 is already at /etc/systemd/network/a.network:4"),
        CheckRow(
            "an address of networkd's",
            "[X-Keep6]\nAddress=2001:db8::2/64 2001:db8::1/64\n[Network]\nAddress=2001:db8::1/64\n",
            "4 warning: networkd configures 2001:db8::1/64 itself (/etc/systemd/network/a.network:6)"),
    ]

    @Test(arguments: contradictionRows)
    func contradictions(_ row: CheckRow) {
        #expect(row.isMet(by: report(row.text)), "\(report(row.text))")
    }

    @Test func unknownUnits() {
        let text = "[X-Keep6]\nStart=a.service b.service\nStart=c.service\n"
        #expect(
            report(text, units: ["a.service": true, "b.service": false]) == [
                "4 error: option 'Start=a.service b.service': systemd has no unit 'b.service'; correct the name, or"
                    + " install the package that has the unit"
            ])
        #expect(report(text) == [])
    }

    @Test("masquerading in another file")
    func masqueradingElsewhere() {
        let kept = "[Match]\nName=e\n[X-Keep6]\n"
        let masquerading = "[Match]\nName=f\n[Network]\nIPMasquerade=both\n"
        let said = report(["a.network": kept, "b.network": masquerading])
        #expect(said.count == 1)
        let start =
            "a.network:3 warning: 'IPMasquerade=' in /etc/systemd/network/b.network stops networkd (from 256 on)"
        #expect(said.first?.hasPrefix(start) == true)
        #expect(report(["a.network": kept, "/usr/lib/systemd/network/80-container-ve.network": masquerading]) == [])
    }

    @Test("the line that turns forwarding on is named")
    func forwardingLine() {
        let said = report("[Network]\nIPMasquerade=both\nIPForward=no\nIPv6SendRA=\n[X-Keep6]\n")
        #expect(said.count == 1)
        #expect(said.first?.hasPrefix("4 warning: 'IPMasquerade=both' stops networkd from") == true)
    }
}

private struct FilesRow: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let files: [String: String]
    let check: CheckRow

    init(_ name: String, _ files: [String: String], _ expected: String...) {
        testDescription = name
        self.files = files
        check = CheckRow(name, "", expected: expected)
    }
}

@Suite struct UnusedFileTests {
    private static let kept = "[Match]\nName=e\n[X-Keep6]\n"

    private static let rows = [
        FilesRow(
            "hidden", ["a.network": "[Match]\nName=e\n", "/usr/lib/systemd/network/a.network": kept],
            "/usr/lib/systemd/network/a.network:3 error: networkd does not read this file: /etc/systemd/network"
                + "/a.network has the same name and comes first"),
        FilesRow(
            "masked", ["a.network": "", "/usr/lib/systemd/network/a.network": kept],
            "/usr/lib/systemd/network/a.network:3 error: networkd does not read this file: /etc/systemd/network"
                + "/a.network is empty"),
        FilesRow(
            "hidden, nothing of keep6", ["a.network": kept, "/usr/lib/systemd/network/a.network": "[Match]\nName=e\n"]),
        FilesRow(
            "a drop-in of nothing", ["b.network.d/1.conf": "[X-Keep6]\n"],
            "b.network.d/1.conf:1 error: networkd does not read this file: there is no 'b.network'"),
        FilesRow(
            "an earlier file has the same name in its match", ["a.network": "[Match]\nName=x e\n", "b.network": kept],
            "b.network:3 error: networkd does not apply this file to 'e', because /etc/systemd/network/a.network"
        ),
        FilesRow(
            "an earlier file is written at each boot",
            ["/run/systemd/network/10-netplan-e.network": "[Match]\nName=e\n", "50.network": kept],
            "50.network:3 error: networkd does not apply this file to any link, because /run/systemd/network"
                + "/10-netplan-e.network comes first and matches too; give this one a name that sorts before it, or put"
                + " [X-Keep6] into /etc/systemd/network/10-netplan-e.network.d/keep6.conf"),
        FilesRow(
            "an earlier file has a pattern", ["a.network": "[Match]\nName=!x\n", "b.network": kept],
            "b.network:3 error: networkd does not apply this file to 'e'"),
        FilesRow(
            "an earlier file is for every link",
            ["a.network": "[Match]\nName=*\n", "b.network": "[Match]\nType=ether\n[X-Keep6]\n"],
            "b.network:3 error: networkd does not apply this file to any link"),
        FilesRow(
            "an earlier file says the same",
            ["a.network": "[Match]\nType=ether\n", "b.network": "[Match]\nType=ether\n[X-Keep6]\n"],
            "b.network:3 error: networkd does not apply this file to any link"),
        FilesRow("a later file", ["a.network": kept, "b.network": "[Match]\nName=*\n"]),
        FilesRow("an earlier file for others", ["a.network": "[Match]\nName=x\n", "b.network": kept]),
        FilesRow("an earlier file that may match", ["a.network": "[Match]\nType=ether\n", "b.network": kept]),
        FilesRow("an earlier file on one host", ["a.network": "[Match]\nName=e\nHost=x\n", "b.network": kept]),
        FilesRow(
            "two that are kept", ["a.network": kept, "b.network": kept],
            "b.network:3 error: networkd does not apply this file to"),
        FilesRow(
            "an earlier file that networkd refuses", ["a.network": "[Match]\nName=e\n[\n", "b.network": kept],
            "a.network:3 error: '[' is not a section"),
        FilesRow(
            "no match", ["a.network": "[X-Keep6]\n[Match]\nNaem=e\n"],
            "a.network error: networkd ignores this file because its [Match] section names no link"),
        FilesRow(
            "kept by a drop-in", ["a.network": "[Match]\nName=e\n", "a.network.d/keep6.conf": "[X-Keep6]\nWait=x\n"],
            "a.network.d/keep6.conf:2 error: option 'Wait=x'"),
    ]

    @Test(arguments: rows)
    private func findings(_ row: FilesRow) {
        #expect(row.check.isMet(by: report(row.files)), "\(report(row.files))")
    }
}

@Suite struct SharedLinkCheckTests {
    private static let stanza = "iface e inet6 static\n address 2001:db8::1/64\n"
    private static let match = "[Match]\nName=e\n"

    private static let rows = [
        FilesRow(
            "kept by both", ["": stanza + " keep6 yes\n", "a.network": match + "[X-Keep6]\n"],
            "1 error: both programs configure 'e': 'keep6 yes' is here, [X-Keep6] in /etc/systemd/network/a"
        ),
        FilesRow(
            "kept by the stanza", ["": stanza + " keep6 yes\n", "a.network": match],
            "1 warning: ifupdown, with this stanza, and systemd-networkd, with"),
        FilesRow(
            "kept by the file", ["": stanza, "a.network": match + "[X-Keep6]\n"],
            "1 warning: ifupdown, with this stanza, and"
        ),
        FilesRow(
            "an inet stanza", ["": "iface e inet dhcp\n", "a.network": match + "[X-Keep6]\n"], "1 warning: ifupdown"),
        FilesRow("not kept", ["": stanza, "a.network": match]),
        FilesRow("a stanza without addresses", ["": "iface e inet manual\n", "a.network": match + "[X-Keep6]\n"]),
        FilesRow("other links", ["": "iface f inet6 auto\n keep6 yes\n", "a.network": match + "[X-Keep6]\n"]),
        FilesRow(
            "a pattern", ["": stanza, "a.network": "[Match]\nName=*\n[X-Keep6]\n"],
            "1 warning: ifupdown, with this stanza, and"),
        FilesRow("perhaps", ["": stanza + " keep6 yes\n", "a.network": "[Match]\nType=ether\n[X-Keep6]\n"]),
        FilesRow("unmanaged", ["": stanza + " keep6 yes\n", "a.network": match + "[Link]\nUnmanaged=yes\n"]),
        FilesRow(
            "a logical name",
            ["": "auto e=home\niface home inet6 auto\n keep6 yes\n", "a.network": match + "[X-Keep6]\n"],
            "2 error: both programs configure 'e'"),
        FilesRow("one of them alone", ["": stanza + " keep6 yes\n"]),
    ]

    @Test(arguments: rows)
    private func findings(_ row: FilesRow) {
        let files = row.files.filter { $0.key != "" }.map { ("/etc/systemd/network/\($0)", $1) }
        let check = SharedLinkCheck(
            interfaces(row.files[""] ?? ""), networkTree(Dictionary(uniqueKeysWithValues: files)))
        let said = Finding.all(of: check).map { "\($0.line) \($0.severity): \($0.sentence)" }
        #expect(row.check.isMet(by: said), "\(said)")
    }
}
