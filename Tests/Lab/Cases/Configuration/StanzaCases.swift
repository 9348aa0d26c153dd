import Testing

/// The ways in which an uplink can be written down, named and brought up.
@Suite struct StanzaCases {
    private static let on = "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding"

    @Test("Stanza inet6 auto", arguments: DebianRelease.allCases)
    func auto(_ release: DebianRelease) async {
        await lab { lab in
            let uplink = Uplink.eth0
            let plan = HostPlan(release, interfaces: uplink.stanza("keep6 yes", method: "auto"))
            let host = try lab.bootOnline(plan, router: Router(isAutonomous: true))
            try #require(try lab.provider.reaches(uplink.ownAddress, within: 5))
            try #require(try host.acceptRA() == "2")
            try lab.requireNoLoss(after: Self.on, at: uplink.ownAddress)
            try lab.proveGuard(at: uplink.ownAddress)
        }
    }

    @Test("allow-hotplug, and ifup by hand", arguments: DebianRelease.allCases)
    func hotplug(_ release: DebianRelease) async {
        await lab { lab in
            let plan = HostPlan(release, interfaces: Uplink.eth0.stanza("keep6 yes", bringUp: "allow-hotplug"))
            let host = try lab.boot(plan)
            try lab.provider.startRouter()
            try host.succeed("ifup eth0")
            try host.waitForLearntRoute()
            try lab.proveGuard()
        }
    }

    @Test("Stanza in /etc/network/interfaces.d", arguments: DebianRelease.allCases)
    func inDirectory(_ release: DebianRelease) async {
        await lab { lab in
            var plan = HostPlan(release, interfaces: "")
            plan.files["/etc/network/interfaces.d/uplink"] = Uplink.eth0.stanza("keep6 yes")
            let host = try lab.bootOnline(plan)
            try host.succeed("keep6 check")
            try #require(try host.run("keep6 status eth0").status == 0)
            try lab.proveGuard()
        }
    }

    @Test("A bridge named 'br-lan' as uplink", arguments: DebianRelease.allCases)
    func bridge(_ release: DebianRelease) async {
        await lab { lab in
            let stanza = Uplink("br-lan").stanza(
                "keep6 yes", "pre-up ip link add br-lan address 02:00:00:00:00:20 type bridge",
                "pre-up ip link set eth0 master br-lan up", "post-down ip link del br-lan")
            let host = try lab.bootOnline(HostPlan(release, interfaces: stanza), by: ["br-lan"])
            try #require(try host.isActive("keep6@br-lan.service"))
            try lab.requireNoLoss(after: Self.on)
            try lab.proveGuard(of: "br-lan")
            try host.succeed("ifdown br-lan && ifup br-lan")
            try lab.proveGuard(of: "br-lan")
        }
    }

    @Test("An interface named 'eth0.100' as uplink", arguments: DebianRelease.allCases)
    func dottedName(_ release: DebianRelease) async {
        await lab { lab in
            var plan = HostPlan(release, interfaces: Uplink("eth0.100").stanza("keep6 yes"))
            plan.uplinks = [Uplink("eth0.100")]
            let host = try lab.bootOnline(plan, by: ["eth0.100"])
            try #require(try host.acceptRA(of: "eth0.100") == "2")
            try lab.requireNoLoss(after: Self.on)
            try #require(try host.run("keep6 status eth0.100").status == 0)
            try lab.proveGuard(of: "eth0.100")
        }
    }

    @Test("Two uplinks, both kept", arguments: DebianRelease.allCases)
    func two(_ release: DebianRelease) async {
        await lab { lab in
            let stanzas = [Uplink.eth0, .eth1].map { $0.stanza("keep6 yes") }.joined(separator: "\n")
            var plan = HostPlan(release, interfaces: stanzas)
            plan.uplinks = [.eth0, .eth1]
            let host = try lab.bootOnline(plan, by: ["eth0", "eth1"])
            // The kernel takes both routes away at once, and no router is there to bring them back.
            try host.succeed("echo 0 >/proc/sys/net/ipv6/conf/all/forwarding")
            try lab.provider.restartRouter()
            for uplink in plan.uplinks { try host.waitForLearntRoute(by: uplink.name) }
            lab.provider.silenceRouter()
            try host.succeed("sysctl -qw net.ipv6.conf.eth0.accept_ra=1 net.ipv6.conf.eth1.accept_ra=1")
            try lab.requireRepair(after: Self.on)
            for uplink in plan.uplinks {
                try #require(try host.defaultRoutes(by: uplink.name).contains { $0.isOurs })
                try #require(try host.acceptRA(of: uplink.name) == "2")
            }
            try lab.provider.restartRouter()
            for uplink in plan.uplinks { try lab.proveGuard(of: uplink.name, at: uplink.address) }
        }
    }

    @Test("An uplink without 'keep6 yes' beside a kept one is left untouched", arguments: DebianRelease.allCases)
    func untouchedBesideKept(_ release: DebianRelease) async {
        await lab { lab in
            var plan = HostPlan(
                release, interfaces: Uplink.eth0.stanza("keep6 yes") + "\n" + Uplink.eth1.stanza("keep6 no"))
            plan.uplinks = [.eth0, .eth1]
            let host = try lab.bootOnline(plan, by: ["eth0", "eth1"])
            try host.succeed("ip -6 route del default dev eth1")
            try host.succeed(Self.on)
            try #require(try host.acceptRA(of: "eth1") == "1")
            try #require(try host.hasProcess(for: "eth1") == false)
            try #require(try host.run("ls /run/keep6/eth1.*").succeeded == false)
            try lab.proveGuard()
            try #require(try host.defaultRoutes(by: "eth1").isEmpty)
            try #require(try host.acceptRA(of: "eth1") == "1")
        }
    }

    @Test("No uplink with 'keep6 yes': nothing runs, until the line is written", arguments: DebianRelease.allCases)
    func noneKept(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, interfaces: Uplink.eth0.stanza()))
            try #require(try host.acceptRA() == "1")
            try #require(try host.hasProcess() == false)
            try host.succeed("test ! -e /run/keep6")
            try host.succeed("ifdown eth0")
            try host.write(HostPlan.preamble + Uplink.eth0.stanza("keep6 yes"), to: "/etc/network/interfaces")
            try host.succeed("ifup eth0")
            try lab.proveGuard()
        }
    }
}
