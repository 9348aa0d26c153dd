import Foundation
import Testing

@Suite struct DoctorCases {
    @Test(
        "keep6 doctor says that all is well, and what is not", arguments: DebianRelease.allCases, Manager.allCases)
    func doctor(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            var plan = HostPlan(release, manager)
            plan.libvirtNetwork = .onAutostart
            let host = try lab.bootOnline(plan)
            let command = "keep6 doctor --beyond \(Provider.internet)"
            let well = try host.run(command)
            try #require(well.status == 0 && well.standardError.isEmpty, "\(well.story)")
            try #require(well.standardOutput.hasSuffix("eth0: all is well.\n"), "\(well.story)")

            try host.succeed("ip6tables -P INPUT DROP")
            let closed = try host.run(command)
            try #require(closed.status == 2, "\(closed.story)")
            let rule = "ip6tables -I INPUT -p ipv6-icmp -j ACCEPT"
            try #require(closed.standardOutput.hasSuffix("let ICMPv6 in:\n    \(rule)\n"), "\(closed.story)")
            try host.succeed(rule)
            let mended = try host.run(command)
            try #require(mended.status == 0, "\(mended.story)")

            try host.succeed("systemctl stop keep6@eth0.service")
            let degraded = try host.run(command)
            try #require(degraded.status == 1, "\(degraded.story)")
            try host.succeed("systemctl restart keep6@eth0.service")
            try lab.proveGuard()
        }
    }

    @Test("keep6 doctor follows a delegated prefix to the guests' network, through libvirt's rules")
    func guests() async {
        await lab { lab in
            let stanza = Uplink.eth0.stanza(
                "keep6 yes", "keep6-delegation \(DelegationCases.duid)", "keep6-guests \(HostPlan.network):7")
            var plan = HostPlan(.trixie, interfaces: stanza)
            plan.libvirtNetwork = .onAutostart
            let host = try lab.switchOn(plan)
            let server = try DelegationServer(at: lab.provider)
            defer { server.stop() }
            try server.start([DelegationCases.duid: "2001:db8:100::/56"])
            try lab.provider.startRouter()
            try host.waitForBoot()
            try eventually("the network is numbered") {
                try host.run("ip -6 -o addr show dev virbr6").standardOutput.contains("2001:db8:100:7:")
            }
            let command = "keep6 doctor --beyond \(Provider.internet)"
            let well = try host.run(command)
            try #require(well.status == 0, "\(well.story)")
            for line in [
                "  ok    delegation      2001:db8:100::/56, ",
                "  ok    guests          'lan6' (virbr6) 2001:db8:100:7::/64\n",
                "  ok    firewall        lets in all ICMPv6 that RFC 4890 requires\n",
            ] { try #require(well.standardOutput.contains(line), "\(well.story)") }

            try host.succeed("virsh net-destroy \(HostPlan.network)")
            let without = try host.run(command)
            try #require(without.status == 1, "\(without.story)")
            let start = "virsh net-start \(HostPlan.network)"
            try #require(
                without.standardOutput.hasSuffix("is not up; start it:\n    \(start)\n"), "\(without.story)")
            try host.succeed(start)
            try eventually("all is well again") { try host.run(command).status == 0 }
        }
    }
}
