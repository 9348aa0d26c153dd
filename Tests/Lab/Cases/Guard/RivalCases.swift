import Foundation
import Testing

/// Another program that keeps the default route of a kept uplink: `keep6 check` finds it, and the two do not fight.
@Suite struct RivalCases {
    @Test("dhcpcd handles router advertisements on the same uplink", arguments: DebianRelease.allCases)
    func dhcpcd(_ release: DebianRelease) async {
        var plan = HostPlan(release)
        plan.files["/etc/dhcpcd.conf"] = "allowinterfaces eth0\nipv6only\nipv6rs\n"
        plan.files["/etc/systemd/system/dhcpcd.service"] = Setup.dhcpcdService
        plan.preparation = ["systemctl -q enable dhcpcd.service"]
        await share(plan, rival: "dhcpcd.service is enabled", isAtWork: "pgrep -x dhcpcd")
    }

    @Test("NetworkManager manages the same uplink")
    func networkManager() async {
        var plan = HostPlan(.trixie)
        plan.purpose = .survival
        plan.files["/etc/NetworkManager/conf.d/ifupdown.conf"] = "[ifupdown]\nmanaged=true\n"
        plan.files[Setup.profile] = Uplink.eth0.networkManagerProfile
        plan.preparation = ["chmod 600 '\(Setup.profile)'", "systemctl -q enable NetworkManager.service"]
        await share(
            plan, rival: "NetworkManager manages 'eth0'",
            isAtWork: "nmcli -g GENERAL.STATE device show eth0 | grep -q ^100")
    }

    private func share(_ plan: HostPlan, rival sentence: String, isAtWork: String) async {
        await lab { lab in
            let host = try lab.bootOnline(plan)
            try eventually("the other program is at work", within: 30) { try host.run(isAtWork).succeeded }
            let check = try host.run("keep6 check")
            try #require((check.standardOutput + check.standardError).contains(sentence), "\(check)")
            for _ in 0..<3 {
                try host.restoreLearntRoute()
                try lab.requireRepair(after: "ip -6 route del default", for: 2)
            }
            // Whatever the one does, the other lets it: nothing is put back while nobody takes anything away.
            let entries = "journalctl -b -q KEEP6_UPLINK=eth0 KEEP6_EVENT=restored + KEEP6_EVENT=fight | wc -l"
            let before = try host.succeed(entries)
            Thread.sleep(forTimeInterval: 8)
            try #require(try host.succeed(entries) == before)
            try #require(try host.succeed("journalctl -b -q KEEP6_EVENT=fight").isEmpty)
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 5))
        }
    }
}
