// What `keep6 check` says of the networks for whose guests an uplink is to answer, and where libvirt has their bridges.
import Internet
import TestSupport
import Testing

@testable import Configuration
@testable import StateMachines

private var usualFacts: HostFacts {
    var facts = HostFacts()
    facts.owner = { ["lan6": .libvirt, "br0": .bridge][$0.description] ?? nil }
    facts.prefixes = { $0.description == "eth0" ? [InterfaceAddress("2001:db8:1::/64")!] : nil }
    facts.guestPrefixes = { _ in [InterfaceAddress("2001:db8:1::/64")!, InterfaceAddress("fd00::/64")!] }
    facts.forwarding = true
    return facts
}

private let stanza = "iface eth0 inet6 static\n    address 2001:db8:1::10/64\n    keep6 yes\n"

/// `FILE:LINE severity: sentence` of a stanza of `eth0` with this line, or of a .network file.
private func check(stanza line: String = "", file: String? = nil, _ facts: HostFacts = usualFacts) -> [String] {
    let network = NetworkTree(
        with: fileReader(
            file.map { ["/etc/systemd/network/a.network": $0] } ?? [:],
            directories: ["/etc/systemd/network": ["a.network"]]))
    return Finding.all(of: ProxyCheck(interfaces(stanza + "    \(line)\n"), network, facts)).map {
        "\($0.place) \($0.severity): \($0.sentence)"
    }
}

@Suite struct ProxyCheckTests {
    @Test func nothingIsWrong() {
        #expect(check(stanza: "keep6-proxy lan6 br0") == [])
        #expect(check(stanza: "keep6-wait 3") == [])
        #expect(check(file: "[Match]\nName=eth0\n[X-Keep6]\nProxy=br0\n") == [])
    }

    @Test("a network that does not exist")
    func missingNetwork() {
        let found = check(stanza: "keep6-proxy lan6 lan7", file: "[Match]\nName=eth0\n[X-Keep6]\nProxy=lan8\n")
        #expect(found.count == 2)
        #expect(
            found.first?.hasPrefix("/n/interfaces:4 error: option 'keep6-proxy lan6 lan7': there is no libvirt") == true
        )
        #expect(
            found.last?.hasPrefix("/etc/systemd/network/a.network:4 error: option 'Proxy=lan8': there is no") == true)
    }

    @Test func theUplinkItself() {
        let found = check(stanza: "keep6-proxy eth0")
        #expect(found.count == 1)
        #expect(found.first?.contains("guests on the uplink itself need no proxy") == true)
    }

    @Test("forwarding is off")
    func forwardingOff() {
        var facts = usualFacts
        facts.forwarding = false
        #expect(check(stanza: "keep6-proxy lan6", facts) == [])
        let found = check(stanza: "keep6-proxy br0", facts)
        #expect(found.count == 1)
        #expect(found.first?.contains("warning: option 'keep6-proxy br0': forwarding is off") == true)
    }

    @Test("prefixes that are not on the uplink's link")
    func foreignPrefixes() {
        var facts = usualFacts
        facts.guestPrefixes = { _ in [InterfaceAddress("fd00::/64")!] }
        #expect(
            check(stanza: "keep6-proxy br0", facts).first?.contains("'br0' has fd00::/64, and none") == true)
        facts.prefixes = { _ in [] }
        #expect(check(stanza: "keep6-proxy br0", facts).first?.contains("the uplink's link has no prefix") == true)
        facts.prefixes = { _ in nil }
        facts.guestPrefixes = { _ in nil }
        #expect(check(stanza: "keep6-proxy br0", facts) == [])
    }

    @Test func ndppdBeside() {
        var facts = usualFacts
        facts.ndppd = "/etc/rc2.d/S01ndppd"
        #expect(check(facts) == [])
        let found = check(stanza: "keep6-proxy br0", facts)
        #expect(found.first?.contains("warning: ndppd starts at boot") == true)
    }

    static let texts = [
        ("<network>\n  <name>a</name>\n  <bridge name='virbr6' stp='on' delay='0'/>\n</network>", "virbr6"),
        ("<networkstatus><network><bridge stp='on' name=\"br-x\"/></network></networkstatus>", "br-x"),
        ("<!-- <bridge name='no'/> --><network><bridge\n  name='yes'\n/></network>", "yes"),
        ("<network><bridge/></network>", "none"), ("<network><bridge name='a/b'/></network>", "none"),
        ("<network><bridges name='x'/><forward mode='bridge'/></network>", "none"), ("<bridge name='x", "x"),
        ("<!-- <bridge name='no'/>", "none"), ("<", "none"), ("", "none"),
    ]

    @Test("the bridge of a libvirt network")
    func libvirtBridge() {
        for (text, expected) in Self.texts {
            #expect((LibvirtNetworkXML.bridge(in: Array(text.utf8))?.description ?? "none") == expected, "\(text)")
        }
    }

    @Test func namesOfNetworks() {
        for good in ["default", "lan6", "br0", "büro", "a.b-c_d", String(repeating: "x", count: 64)] {
            #expect(NetworkName(good)?.description == good)
        }
        for bad in [
            "", ".", "..", "../x", "a/b", "-x", ".x", "a b", "a\n", "a\u{7f}", String(repeating: "x", count: 65),
        ] {
            #expect(NetworkName(bad) == nil, "\(bad)")
        }
    }
}
