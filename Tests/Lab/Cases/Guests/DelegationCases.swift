import Foundation
import Testing

/// A prefix that the provider delegates, asked for by dhcpcd on a host of ifupdown's.
@Suite struct DelegationCases {
    static let duid = "00:03:00:01:aa:bb:cc:dd:ee:ff"
    static let prefix = "2001:db8:100::/56"

    /// As providers print it: with its length, in upper case, without colons.
    static func stanza(_ duid: String = "000A00030001AABBCCDDEEFF", bringUp: String? = "auto") -> String {
        Uplink.eth0.stanza("keep6 yes", "keep6-delegation \(duid)", bringUp: bringUp)
    }

    @Test("The prefix arrives, and nothing else changes", arguments: DebianRelease.allCases)
    func arrives(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.switchOn(HostPlan(release, interfaces: Self.stanza()))
            let server = try DelegationServer(at: lab.provider)
            try server.start([Self.duid: Self.prefix])
            try lab.provider.startRouter()
            try host.waitForBoot()
            let before = try host.succeed("cat /etc/resolv.conf /etc/hostname 2>&1; hostname")
            try host.waitForDelegation(Self.prefix)
            try host.waitForLearntRoute()
            try #require(try host.acceptRA() == "2")
            let link = try host.succeed("ip -d link show eth0")
            try #require(link.contains("addrgenmode eui64"), "\(link)")
            try #require(try host.succeed("cat /etc/resolv.conf /etc/hostname 2>&1; hostname") == before)
            let solicit = try #require(server.packets.split(separator: "\n").first { $0.contains("dhcp6 solicit") })
            try #require(solicit.contains("(client-ID hwaddr type 1 aabbccddeeff)"), "\(solicit)")
            try #require(solicit.contains("(IA_PD IAID:16 T1:0 T2:0 (IA_PD-prefix ::/56"), "\(solicit)")
            try #require(try host.status().contains("delegated       2001:db8:100::/56, 3"))
            try host.succeed("keep6 check")
            try lab.proveGuard()
        }
    }

    @Test("ifdown and ifup: the same prefix again, and no release", arguments: DebianRelease.allCases)
    func downAndUp(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.boot(HostPlan(release, interfaces: Self.stanza(bringUp: nil)))
            let server = try DelegationServer(at: lab.provider)
            try lab.provider.startRouter()
            try server.start([Self.duid: Self.prefix])
            for _ in 1...2 {
                try host.succeed("ifup eth0")
                try host.waitForDelegation(Self.prefix)
                try host.waitForLearntRoute()
                try host.succeed("ifdown eth0")
                try #require(try host.unreachable(Self.prefix) == nil)
                try #require(try host.acceptRA() == "1")
                try #require(try !host.isActive("keep6-delegation@eth0.service"))
                try #require(try host.hasProcess() == false && host.run("pgrep dhcpcd").status == 1)
                try host.succeed("test \"$(ls /run/keep6)\" = eth0.lock")
            }
            let messages = server.messages
            try #require(!messages.contains("release"), "\(messages)")
            // A lease that is known is asked for once more, and not anew.
            try #require(messages.filter { $0 == "solicit" }.count == 1, "\(messages)")
            try #require(messages.contains("rebind"), "\(messages)")
        }
    }

    @Test(
        "The service restarted, killed, upgraded: the prefix stays; stopped: it goes", arguments: DebianRelease.allCases
    )
    func restarted(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, interfaces: Self.stanza()))
            let server = try DelegationServer(at: lab.provider)
            try server.start([Self.duid: Self.prefix])
            try host.waitForDelegation(Self.prefix)
            let unit = "keep6-delegation@eth0.service"
            let ways = [
                "systemctl restart \(unit)", "systemctl kill -s KILL --kill-whom=main \(unit)",
                "pkill -KILL -o dhcpcd",
            ]
            for (index, way) in ways.enumerated() {
                try host.succeed(way)
                try eventually("'\(way)' has the lease asked for once more", within: 20) {
                    try #require(try host.unreachable(Self.prefix) != nil)
                    return server.messages.filter { $0 == "rebind" }.count > index
                }
                try eventually("dhcpcd runs once") {
                    try host.isActive(unit) && host.succeed("pgrep -fc '^dhcpcd: eth0 '") == "1"
                }
            }
            try #require(!server.messages.contains("release"))
            try host.succeed("systemctl stop \(unit)")
            try #require(try host.unreachable(Self.prefix) == nil)
            try host.succeed("systemctl start \(unit)")
            try host.waitForDelegation(Self.prefix)
            try host.succeed("dpkg -i /root/keep6.deb", within: 120)
            try #require(try host.unreachable(Self.prefix) != nil)
            try host.succeed("dpkg -r keep6", within: 120)
            try #require(try host.unreachable(Self.prefix) == nil)
            try #require(!server.messages.contains("release"))
        }
    }

    @Test("The server comes late", arguments: DebianRelease.allCases)
    func lateServer(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, interfaces: Self.stanza()))
            let server = try DelegationServer(at: lab.provider)
            try host.waitForSentence("no DHCPv6 server has answered for 20 s", within: 40)
            let status = try host.run("keep6 status eth0")
            try #require(
                status.status == 1 && status.standardOutput.contains("no prefix is delegated"), "\(status.story)")
            try server.start([Self.duid: Self.prefix])
            try lab.idle { try host.waitForDelegation(Self.prefix, within: 100) }
            try #require(try host.run("keep6 status eth0").status == 0)
        }
    }

    /// By then dhcpcd would ask next a quarter of a minute later, and then ever more seldom (RFC 8415 15).
    @Test("The router comes late, and its server with it", arguments: DebianRelease.allCases)
    func lateProvider(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.switchOn(HostPlan(release, interfaces: Self.stanza()))
            let server = try DelegationServer(at: lab.provider)
            try host.waitForBoot()
            try lab.idle {
                try eventually("dhcpcd has asked five times", within: 60) {
                    server.messages.filter { $0 == "solicit" }.count >= 5
                }
            }
            try server.start([Self.duid: Self.prefix])
            try lab.provider.startRouter()
            try host.waitForSentence("dhcpcd says: received SIGHUP", within: 30)
            try host.waitForDelegation(Self.prefix, within: 30)
        }
    }

    @Test("The server is away for longer than the prefix is good for", arguments: DebianRelease.allCases)
    func serverAway(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, interfaces: Self.stanza()))
            let server = try DelegationServer(at: lab.provider)
            try server.start([Self.duid: Self.prefix], .short)
            try host.waitForDelegation(Self.prefix)
            try eventually("it is renewed", within: 20) { server.messages.contains("renew") }
            server.stop()
            try host.waitForSentence("the server that delegated the prefix does not renew it", within: 30)
            try #require(try host.unreachable(Self.prefix) != nil)
            // In one, for dhcpcd asks ever more seldom while the case would wait for its turn.
            try lab.idle {
                try host.waitForSentence("the delegation of \(Self.prefix) ran out", within: 60)
                try #require(try host.unreachable(Self.prefix) == nil)
                try server.start([Self.duid: Self.prefix], .short)
                do { try host.waitForDelegation(Self.prefix, within: 300) } catch {
                    throw LabFailure(description: "\(error)\n\(server.story)")
                }
            }
        }
    }

    @Test("The server delegates another prefix", arguments: DebianRelease.allCases)
    func anotherPrefix(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, interfaces: Self.stanza()))
            let server = try DelegationServer(at: lab.provider)
            try server.start([Self.duid: Self.prefix], .short)
            try host.waitForDelegation(Self.prefix)
            let other = "2001:db8:200::/56"
            try server.start([Self.duid: other], .short, hasForgotten: true)
            try lab.idle { try host.waitForDelegation(other, within: 60) }
            try eventually("the first one is gone", within: 40) { try host.unreachable(Self.prefix) == nil }
            try #require(try host.status().contains("delegated       \(other), "))
        }
    }

    @Test("A DUID that the server does not know", arguments: DebianRelease.allCases)
    func wrongDUID(_ release: DebianRelease) async {
        await lab { lab in
            let plan = HostPlan(release, interfaces: Self.stanza("00:03:00:01:aa:bb:cc:dd:ee:f0 /48"))
            let host = try lab.bootOnline(plan)
            let server = try DelegationServer(at: lab.provider)
            try server.start([Self.duid: Self.prefix])
            try host.waitForSentence("the DHCPv6 server refuses a prefix (\"")
            try host.waitForSentence(
                "compare the DUID 00:03:00:01:aa:bb:cc:dd:ee:f0 with the one that your provider shows")
            try eventually("a /48 is asked for") { server.packets.contains("(IA_PD-prefix ::/48") }
            try #require(try host.status().contains("eth0: degraded: no prefix is delegated"))
            try host.succeed("sed -i 's/ee:f0 .*/ee:ff/' /etc/network/interfaces && ifdown eth0 && ifup eth0")
            try host.waitForDelegation(Self.prefix)
            try #require(try host.run("keep6 status eth0").status == 0)
        }
    }

    @Test("The carrier is away for a while: the prefix stays", arguments: DebianRelease.allCases)
    func carrier(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, interfaces: Self.stanza()))
            let server = try DelegationServer(at: lab.provider)
            try server.start([Self.duid: Self.prefix])
            try host.waitForDelegation(Self.prefix)
            let link = lab.provider.namespace
            try link.run("ip", "link", "set", Uplink.eth0.farEnd, "down")
            try eventually("dhcpcd sees it") { try host.delegationJournal().contains("dhcpcd says: carrier lost") }
            try #require(try host.unreachable(Self.prefix) != nil)
            try link.run("ip", "link", "set", Uplink.eth0.farEnd, "up")
            for address in ["\(Provider.gateway)/64", "\(Uplink.eth0.prefix)1/64"] {
                try link.run("ip", "addr", "replace", address, "dev", Uplink.eth0.farEnd, "nodad")
            }
            try server.start([Self.duid: Self.prefix])
            try eventually("the lease is asked for once more", within: 40) {
                try #require(try host.unreachable(Self.prefix) != nil)
                return server.messages.contains { $0 == "rebind" || $0 == "confirm" }
            }
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 10))
            try #require(try host.unreachable(Self.prefix) != nil)
        }
    }

    @Test("A reboot: the same client, and the same prefix", arguments: DebianRelease.allCases)
    func reboot(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, interfaces: Self.stanza()))
            let server = try DelegationServer(at: lab.provider)
            try server.start([Self.duid: Self.prefix])
            try host.waitForDelegation(Self.prefix)
            let client = try host.succeed("cat /var/lib/keep6/delegation/eth0.client")
            try host.powerOff()
            try #require(!server.messages.contains("release"), "\(server.messages)")
            try host.switchOn()
            try host.waitForBoot()
            try host.waitForDelegation(Self.prefix)
            try #require(try host.succeed("cat /var/lib/keep6/delegation/eth0.client") == client)
            try #require(server.messages.contains("rebind"), "\(server.messages)")
        }
    }

    @Test("Two uplinks, each with a prefix of its own", arguments: DebianRelease.allCases)
    func two(_ release: DebianRelease) async {
        await lab { lab in
            let stanzas = [Uplink.eth0, .eth1].map { $0.stanza("keep6 yes", "keep6-delegation \(Self.duid)") }
            var plan = HostPlan(release, interfaces: stanzas.joined(separator: "\n"))
            plan.uplinks = [.eth0, .eth1]
            let host = try lab.bootOnline(plan, by: ["eth0", "eth1"])
            let other = "2001:db8:200::/56"
            let servers = try plan.uplinks.map { try DelegationServer(at: lab.provider, of: $0) }
            try servers[0].start([Self.duid: Self.prefix])
            try servers[1].start([Self.duid: other])
            for prefix in [Self.prefix, other] { try host.waitForDelegation(prefix, within: 60) }
            let status = try host.status()
            try #require(status.contains("delegated       \(Self.prefix), ") && !status.contains(other), "\(status)")
            try host.succeed("ifdown eth0")
            try #require(try host.unreachable(Self.prefix) == nil && host.unreachable(other) != nil)
        }
    }
}

extension Host {
    /// The kernel's route of a delegated prefix, as ip(8) shows it.
    func unreachable(_ prefix: String) throws -> String? {
        let routes = try succeed("ip -6 route show type unreachable proto dhcp")
        return routes.split(separator: "\n").first { $0.hasPrefix("unreachable \(prefix) ") }.map(String.init)
    }

    func waitForDelegation(_ prefix: String, within seconds: Double = 30) throws {
        try eventually("'\(prefix)' is delegated", within: seconds) { try unreachable(prefix) != nil }
    }

    func status() throws -> String { try run("keep6 status eth0").standardOutput }

    /// What the journal has of the delegation of eth0.
    func delegationJournal() throws -> String {
        try succeed("journalctl -b --no-pager -o cat -u keep6-delegation@eth0.service")
    }

    func waitForSentence(_ words: String, within seconds: Double = 30) throws {
        try eventually("the journal says '\(words)'", within: seconds) { try delegationJournal().contains(words) }
    }
}
