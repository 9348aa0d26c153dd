// The hooks' part in the firewall: restored before the first packet, once; saved before the uplink goes down.
import Foundation
import Linux
import TestSupport
import Testing

@Suite("The hooks and the firewall", .needsRoot)
struct FirewallHookTests {
    private let option = ["IF_KEEP6_FIREWALL": "yes"]

    @Test("ifup restores the rules once a boot, beside what others have made by then; ifdown saves them")
    func ifupdown() throws {
        let host = try FirewallHost(.nft)
        try host.add(FirewallHost.own)
        #expect(try host.kept.hook("pre-up", option).code == 0)
        #expect(try host.kept.hook("pre-down", option).code == 0)
        #expect(host.versions == ["1.rules"])
        let rules = try host.rules()
        try host.flush()
        try host.add(FirewallHost.others)
        // As after a reboot.
        try host.sh("rm -f /run/keep6/firewall")
        #expect(try host.kept.hook("pre-up", option).code == 0)
        let restored = try host.rules()
        #expect(Set(rules).isSubset(of: restored))
        #expect(restored.contains("-A OUTPUT -j LIBVIRT_OUT"))
        // A second uplink comes up: what the administrator did meanwhile stays.
        try host.sh("ip6tables -A INPUT -s fd00::77 -j DROP; ip6tables -D INPUT -s fd00::2 -j DROP")
        let meanwhile = try host.rules()
        #expect(try host.kept.hook("pre-up", option).code == 0)
        #expect(try host.rules() == meanwhile)
    }

    @Test("without the option neither touches a rule, nor makes a version")
    func withoutTheOption() throws {
        let host = try FirewallHost(.nft)
        try host.add(FirewallHost.own)
        #expect(try host.firewall("save").code == 0)
        try host.flush()
        #expect(try host.kept.hook("pre-up").code == 0)
        #expect(try host.rules().contains { $0.hasPrefix("-A") } == false)
        try host.add(FirewallHost.others)
        #expect(try host.kept.hook("pre-down").code == 0)
        #expect(host.versions == ["1.rules"])
    }

    @Test("a host whose newest version is torn comes up with the one before, and says so")
    func torn() throws {
        let host = try FirewallHost(.nft)
        try host.add(FirewallHost.own)
        #expect(try host.firewall("save").code == 0)
        try "*filter\n-A INPUT".write(toFile: "\(host.store)/2.rules", atomically: false, encoding: .utf8)
        try host.flush()
        let hook = try host.kept.hook("pre-up", option)
        #expect(hook.code == 0)
        #expect(hook.errors.contains { $0.hasPrefix("keep6: the firewall: version 2") }, "\(hook.errors)")
        #expect(try host.rules().contains("-A INPUT -s fd00::2/128 -j DROP"))
    }

    @Test("keep6-firewall.service does both for a .network file that asks for it, and nothing for others")
    func networkd() throws {
        let host = try FirewallHost(.nft, "mkdir -p /run/systemd/network")
        let path = host.kept.file("/run/systemd/network/10-eth0.network")
        try "[Match]\nName=eth0\n[X-Keep6]\n".write(toFile: path, atomically: false, encoding: .utf8)
        try host.add(FirewallHost.own)
        #expect(try host.kept.run("firewall-hook", ["stop"]).code == 0)
        #expect(host.versions == [])
        try "[Match]\nName=eth0\n[X-Keep6]\nFirewall=yes\n".write(toFile: path, atomically: false, encoding: .utf8)
        #expect(try host.kept.run("firewall-hook", ["stop"]).code == 0)
        #expect(host.versions == ["1.rules"])
        let rules = try host.rules()
        try host.flush()
        #expect(try host.kept.run("firewall-hook", ["start"]).code == 0)
        #expect(try host.rules() == rules)
        #expect(try host.kept.run("firewall-hook", ["other"]).code == 1)
    }
}
