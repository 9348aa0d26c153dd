// What `keep6 check` says of interfaces files.
import TestSupport
import Testing

@testable import Configuration

private func check(_ text: String, units: [String: Bool] = [:]) -> [Finding] {
    Finding.all(of: InterfacesCheck(interfaces(text)) { units[$0.description] })
}

/// `LINE severity: sentence`, one a line, without the file.
private func report(_ text: String, units: [String: Bool] = [:]) -> [String] {
    check(text, units: units).map { "\($0.line) \($0.severity): \($0.sentence)" }
}

@Suite struct InterfacesCheckTests {
    @Test(arguments: [
        CheckRow("nothing of keep6", "auto e\niface e inet6 static\n address nonsense\n accept_ra 0\n"),
        CheckRow(
            "all in order",
            "auto e\niface e inet dhcp\niface e inet6 static\n address 2001:db8::1/64\n keep6 yes\n"
                + " keep6-address 2001:db8::2/64\n keep6-address 2001:db8::3/64 2001:db8::4/128\n keep6-wait 30\n"
                + " keep6-accept-ra 2\n keep6-default-route fe80::1\n keep6-start libvirtd.service\n accept_ra 2\n"
                + " dad-attempts 60\n up ip link set e mtu 1400\n"),
        CheckRow("turned off", "iface e inet6 auto\n keep6 no\n keep6-wait x\n"),
        CheckRow(
            "a wrong yes", "iface e inet6 auto\n keep6-wait 1\n keep6 on\n",
            "3 error: option 'keep6 on': it must be yes or no; keep6 does not keep the interface"),
        CheckRow(
            "keep6 twice", "iface e inet6 auto\n keep6 yes\n keep6 yes\n",
            "3 error: option 'keep6 yes': it occurs more than once (/n/interfaces:2 and /n/interfaces:3)"),
        CheckRow(
            "keep6 inherited and repeated",
            "iface t inet6 auto\n keep6 yes\niface e inet6 inherits t\n keep6 yes\n",
            "4 error: option 'keep6 yes': it occurs more than once (/n/interfaces:2 and /n/interfaces:4)"),
        CheckRow(
            "an option twice", "iface e inet6 auto\n keep6 yes\n keep6-wait 1\n keep6-wait 2\n",
            "4 error: option 'keep6-wait 2': it occurs more than once (/n/interfaces:3 and /n/interfaces:4), and"
                + " only one can count; keep one line"),
        CheckRow(
            "without yes", "iface e inet6 auto\n keep6-wait 1\n keep6-start x.service\n",
            "2 warning: 'keep6-wait' does nothing without 'keep6 yes' in the same stanza"),
        CheckRow(
            "a template needs no yes",
            "iface t inet6 auto\n keep6-wait 1\niface e inherits t\n keep6 yes\n"),
        CheckRow(
            "a template's wrong value is said once",
            "iface t inet6 auto\n keep6 yes\n keep6-wait x\niface e inherits t\niface f inherits t\n",
            "3 error: option 'keep6-wait x': it must be a number"),
        CheckRow(
            "in an inet stanza", "iface e inet dhcp\n keep6 yes\n keep6-wait x\n",
            "2 error: 'keep6' does nothing in an inet stanza; move it to 'iface e inet6 ...'"),
        CheckRow(
            "an unknown option", "iface e inet6 auto\n keep6 yes\n keep6-adress 2001:db8::1/64\n",
            "3 error: option 'keep6-adress 2001:db8::1/64': unknown option"),
        CheckRow(
            "underscores", "iface e inet6 auto\n keep6 yes\n keep6_wait 3\n",
            "3 error: unknown option 'keep6_wait'; write 'keep6-wait'"),
        CheckRow("capitals", "iface e inet6 auto\n Keep6 yes\n", "2 error: unknown...'Keep6'; write 'keep6'"),
        CheckRow("no dash", "iface e inet6 auto\n keep6wait 3\n", "2 error: unknown option 'keep6wait'"),
        CheckRow(
            "the right line of several",
            "iface e inet6 auto\n keep6 yes\n keep6-address 2001:db8::1/64\n keep6-address ::1/64 2001:db8::2\n",
            "4 error: option 'keep6-address ::1/64 2001:db8::2': '::1/64', '2001:db8::2' is not a unicast address"),
        CheckRow(
            "a comment behind a value", "iface e inet6 auto\n keep6 yes\n keep6-wait 30 # seconds\n",
            "3 error: option 'keep6-wait 30 # seconds': ifupdown has no trailing comments"),
        CheckRow(
            "a comment behind yes", "iface e inet6 auto\n keep6 yes # please\n",
            "2 error: option 'keep6 yes # please': ifupdown has no trailing comments"),
        CheckRow(
            "no such unit name", "iface e inet6 auto\n keep6 yes\n keep6-start libvirtd\n",
            "3 error: option 'keep6-start libvirtd': 'libvirtd' is not a name of a systemd unit"),
    ])
    func options(_ row: CheckRow) {
        #expect(row.isMet(by: report(row.text)), "\(report(row.text))")
    }

    @Test(arguments: [
        CheckRow(
            "an alias", "iface eth0:1 inet6 static\n address 2001:db8::1/64\n keep6 yes\n",
            "1 error: 'eth0:1' is an alias, which IPv6 does not have...the inet6 stanza of 'eth0'"),
        CheckRow(
            "a pattern", "iface /eth* inet6 auto\n keep6 yes\n",
            "1 error: an 'iface' line cannot have a pattern; write 'auto /eth*=uplink' and 'iface uplink inet6 ...'"),
        CheckRow(
            "too long", "iface abcdefghijklmnop inet6 auto\n keep6 yes\n keep6-wait x\n",
            "1 error: 'abcdefghijklmnop' cannot be the name of an interface"),
        CheckRow(
            "a long logical name", "auto eno1=abcdefghijklmnop\niface abcdefghijklmnop inet6 auto\n keep6 yes\n"),
        CheckRow(
            "a long logical name, wrong value",
            "auto eno1=abcdefghijklmnop\niface abcdefghijklmnop inet6 auto\n keep6 yes\n keep6-wait x\n",
            "4 error: option 'keep6-wait x'"),
        CheckRow(
            "a pattern's logical name", "auto /en*=abcdefghijklmnop\niface abcdefghijklmnop inet6 auto\n keep6 yes\n"),
        CheckRow(
            "an alias with a logical name", "auto e:1=home\niface home inet6 auto\n keep6 yes\n",
            "1 error: 'e:1' is an alias"),
        CheckRow(
            "a mapping may rename", "mapping e\n script /s\niface abcdefghijklmnop inet6 auto\n keep6 yes\n"),
        CheckRow(
            "a template may be called anything",
            "iface keep6-defaults-of-ours inet6 auto\n keep6 yes\niface e inherits keep6-defaults-of-ours\n"),
        CheckRow(
            "loopback", "iface lo inet6 loopback\n keep6 yes\n", "1 error: 'lo' is the loopback interface"),
        CheckRow(
            "no-scripts", "no-scripts x en*\niface eno1 inet6 auto\n keep6 yes\n",
            "1 error: 'no-scripts en*' stops ifup from running any hook for 'eno1'"),
        CheckRow("no-scripts for others", "no-scripts eth0 lo\niface eno1 inet6 auto\n keep6 yes\n"),
    ])
    func names(_ row: CheckRow) {
        #expect(row.isMet(by: report(row.text)), "\(report(row.text))")
    }

    @Test(arguments: [
        CheckRow(
            "accept_ra 1", "iface e inet6 auto\n accept_ra 1\n keep6 yes\n",
            "2 warning: 'accept_ra 1' lasts only until the hooks run, then keep6 sets 2"),
        CheckRow(
            "accept_ra 0 in static", "iface e inet6 static\n address 2001:db8::1/64\n accept_ra 0\n keep6 yes\n",
            "3 warning: with 'accept_ra 0' the kernel ignores routers, and keep6 does not change that"),
        CheckRow(
            "accept_ra 0 without a router",
            "iface e inet6 static\n address 2001:db8::1/64\n accept_ra 0\n keep6 yes\n keep6-default-route fe80::1\n"),
        CheckRow(
            "accept_ra 0 against keep6-accept-ra", "iface e inet6 auto\n accept_ra 0\n keep6 yes\n keep6-accept-ra 2\n",
            "2 warning: 'accept_ra 0' lasts only until the hooks run, then keep6 sets 2"),
        CheckRow(
            "accept_ra against keep6-accept-ra", "iface e inet6 dhcp\n accept_ra 2\n keep6 yes\n keep6-accept-ra 1\n",
            "2 warning: 'accept_ra 2' lasts only...then keep6 sets 1", "4 warning: with 'keep6-accept-ra 1'"),
        CheckRow("accept_ra in manual does nothing", "iface e inet6 manual\n accept_ra 1\n keep6 yes\n"),
        CheckRow(
            "keep6-accept-ra 0 and a pinned gateway",
            "iface e inet6 auto\n accept_ra 0\n keep6 yes\n keep6-accept-ra 0\n keep6-default-route fe80::1\n"),
        CheckRow(
            "keep6-accept-ra 0", "iface e inet6 auto\n keep6 yes\n keep6-accept-ra 0\n",
            "3 warning: with 'keep6-accept-ra 0' the kernel learns no default route"),
        CheckRow(
            "gateway", "iface e inet6 static\n address 2001:db8::1/64\n gateway fe80::1\n keep6 yes\n",
            "3 warning: 'gateway fe80::1' makes a fixed default route...'keep6-default-route fe80::1'"),
        CheckRow(
            "the same gateway",
            "iface e inet6 static\n address 2001:db8::1/64\n gateway fe80:0::1\n keep6 yes\n"
                + " keep6-default-route fe80::1\n"),
        CheckRow(
            "another gateway",
            "iface e inet6 static\n address 2001:db8::1/64\n gateway fe80::2\n keep6 yes\n"
                + " keep6-default-route fe80::1\n",
            "3 warning: 'gateway fe80::2' and 'keep6-default-route fe80::1' are two default routes"),
        CheckRow(
            "gateway, route not kept",
            "iface e inet6 static\n address 2001:db8::1/64\n gateway fe80::2\n keep6 yes\n keep6-default-route off\n"),
        CheckRow("gateway in auto is not used", "iface e inet6 auto\n gateway fe80::1\n keep6 yes\n"),
        CheckRow(
            "address in auto", "iface e inet6 auto\n address 2001:db8::1/64\n keep6 yes\n",
            "2 warning: 'address' does nothing in an inet6 auto stanza; write 'keep6-address 2001:db8::1/64'"),
        CheckRow(
            "a wrong address", "iface e inet6 static\n address 2001:db8:1/64\n keep6 yes\n",
            "2 error: option 'address 2001:db8:1/64': not a unicast address"),
        CheckRow(
            "an IPv4 address", "iface e inet6 static\n address 192.0.2.1/24\n keep6 yes\n",
            "2 error: option 'address 192.0.2.1/24': not a unicast address"),
        CheckRow(
            "a wrong netmask", "iface e inet6 static\n address 2001:db8::1\n netmask ffff:ffff::\n keep6 yes\n",
            "3 error: option 'netmask ffff:ffff::': it must be a number of bits"),
        CheckRow(
            "two addresses",
            "iface e inet6 static\n address 2001:db8::1/64\n address 2001:db8::2/64\n keep6 yes\n",
            "3 error: option 'address 2001:db8::2/64': a stanza has one address; write the others as 'keep6-address'"),
    ])
    func contradictions(_ row: CheckRow) {
        #expect(row.isMet(by: report(row.text)), "\(report(row.text))")
    }

    @Test(arguments: [
        CheckRow(
            "other options", "iface e inet6 auto\n keep6 yes\niface e inet6 auto\n keep6 yes\n keep6-wait 3\n",
            "3 error: this stanza and the one at /n/interfaces:1 have different options for 'e'"),
        CheckRow(
            "yes and no", "iface e inet6 auto\n keep6 no\niface e inet6 auto\n keep6 yes\n",
            "3 error: this stanza and the one at /n/interfaces:1 have different options"),
        CheckRow(
            "other addresses",
            "iface e inet6 static\n address 2001:db8::1/64\n keep6 yes\n"
                + "iface e inet6 static\n address 2001:db8::2/64\n keep6 yes\n",
            "4 warning: the stanza at /n/interfaces:1 already keeps 'e'"),
        CheckRow("one of two", "iface e inet6 auto\n keep6 yes\niface e inet6 static\n address 2001:db8::1/64\n"),
        CheckRow("two interfaces", "iface e inet6 auto\n keep6 yes\niface f inet6 auto\n keep6 yes\n keep6-wait 3\n"),
        CheckRow("no and no", "iface e inet6 auto\n keep6 no\niface e inet6 auto\n keep6 no\n"),
    ])
    func twoStanzas(_ row: CheckRow) {
        #expect(row.isMet(by: report(row.text)), "\(report(row.text))")
    }

    @Test("problems of reading come first")
    func readingProblems() {
        #expect(
            report("iface e inet6 auto extra\n keep6 on\n keep6\n") == [
                "1 warning: 'extra' is one word too many, and ifupdown ignores it",
                "3 error: option 'keep6' has no value; ifup and ifdown refuse to do anything until you correct it",
                "2 error: option 'keep6 on': it must be yes or no; keep6 does not keep the interface",
            ])
    }

    @Test func unknownUnits() {
        let text = "iface e inet6 auto\n keep6 yes\n keep6-start a.service b.service\n keep6-start c.service\n"
        #expect(
            report(text, units: ["a.service": true, "b.service": false]) == [
                "3 error: option 'keep6-start a.service b.service': systemd has no unit 'b.service'; correct the name,"
                    + " or install the package that has the unit"
            ])
        #expect(report(text) == [])
    }
}
