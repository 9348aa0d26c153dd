import Foundation
import Testing

@Suite struct DoctorCases {
    @Test(
        "keep6 doctor says that all is well, and what is not", arguments: [Manager.ifupdown, .networkd])
    func doctor(_ manager: Manager) async {
        await lab { lab in
            var plan = HostPlan(.trixie, manager)
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
}
