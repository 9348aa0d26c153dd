import Foundation
import Testing

/// Hosts with more links than one, and with more managers than one.
@Suite struct NetworkdHostCases {
    private static let on = "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding"
    private static let otherFile = "/etc/systemd/network/20-eth1.network"

    @Test("Two uplinks of networkd's", arguments: DebianRelease.allCases)
    func twoUplinks(_ release: DebianRelease) async {
        await lab { lab in
            var plan = HostPlan(release, .networkd)
            plan.uplinks = [.eth0, .eth1]
            plan.files[Self.otherFile] = Uplink.eth1.networkFile()
            let host = try lab.bootOnline(plan, by: ["eth0", "eth1"])
            for uplink in plan.uplinks {
                // Its address may be tentative for a while yet.
                try eventually("'\(uplink.name)' is well") { try host.run("keep6 status \(uplink.name)").status == 0 }
                try host.deleteDefaultRoute(by: uplink.name)
                try eventually("the default route by '\(uplink.name)' is put back") {
                    try !host.defaultRoutes(by: uplink.name).isEmpty
                }
            }
        }
    }

    @Test("A link without the section is left alone", arguments: DebianRelease.allCases)
    func untouched(_ release: DebianRelease) async {
        await lab { lab in
            var plan = HostPlan(release, .networkd)
            plan.uplinks = [.eth0, .eth1]
            plan.files[Self.otherFile] = Uplink.eth1.networkFile(keep6: nil)
            let host = try lab.bootOnline(plan, by: ["eth0", "eth1"])
            lab.provider.silenceRouter()
            try host.deleteDefaultRoute(by: "eth1")
            try host.succeed("ip -6 addr del \(Uplink.eth1.address)/64 dev eth1")
            Thread.sleep(forTimeInterval: 0.5)
            try #require(try !host.isActive("keep6@eth1.service"))
            try host.succeed("test ! -e /run/keep6/eth1.wish")
            try #require(try host.defaultRoutes(by: "eth1").isEmpty)
            try #require(try !host.succeed("ip -6 addr show dev eth1").contains(" \(Uplink.eth1.address)/"))
            try lab.provider.restartRouter()
            try lab.proveGuard()
        }
    }

    @Test("One uplink of ifupdown's beside one of networkd's", arguments: DebianRelease.allCases)
    func bothManagers(_ release: DebianRelease) async {
        await lab { lab in
            var plan = HostPlan(release, networkFile: Uplink.eth0.networkFile())
            plan.uplinks = [.eth0, .eth1]
            plan.interfaces = Uplink.eth1.stanza("keep6 yes")
            let host = try lab.bootOnline(plan, by: ["eth0", "eth1"])
            try #require(try host.acceptRA(of: "eth0") == "0" && host.acceptRA(of: "eth1") == "2")
            try host.succeed("keep6 check")
            try host.succeed(Self.on)
            for uplink in plan.uplinks {
                try host.deleteDefaultRoute(by: uplink.name)
                try eventually("the default route by '\(uplink.name)' is put back") {
                    try !host.defaultRoutes(by: uplink.name).isEmpty
                }
            }
            try host.succeed("ifdown eth1")
            try #require(try host.isActive("keep6@eth0.service") && !host.isActive("keep6@eth1.service"))
            try lab.proveGuard()
        }
    }

    @Test("The same link by ifupdown and by networkd", arguments: DebianRelease.allCases)
    func bothOnOneLink(_ release: DebianRelease) async {
        await lab { lab in
            var plan = HostPlan(release, networkFile: Uplink.eth0.networkFile())
            plan.interfaces = Uplink.eth0.stanza("keep6 yes")
            let host = try lab.switchOn(plan)
            try lab.provider.startRouter()
            try host.waitForBoot()
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 15))
            let check = try host.run("keep6 check")
            try #require(check.status == 2, "\(check.story)")
            try #require(check.standardOutput.contains(HostPlan.networkFile), "\(check.story)")
            try lab.provider.restartRouter()
            lab.provider.silenceRouter()
            try host.succeed("ip -6 route flush default || true")
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 5))
        }
    }

    @Test("Further addresses of [X-Keep6]: there, put back, gone with the section", arguments: DebianRelease.allCases)
    func furtherAddresses(_ release: DebianRelease) async {
        await lab { lab in
            let further = "2001:db8:1::20"
            let plan = HostPlan(release, networkFile: Uplink.eth0.networkFile(keep6: ["Address=\(further)/64"]))
            let host = try lab.bootOnline(plan)
            try #require(try lab.provider.reaches(further, within: 5))
            try lab.requireRepair(after: "ip -6 addr del \(further)/64 dev eth0", at: further)
            try host.succeed("networkctl reconfigure eth0")
            try #require(try lab.provider.reaches(further, within: 5))
            try host.write(Uplink.eth0.networkFile(keep6: nil), to: HostPlan.networkFile)
            try host.succeed("networkctl reload")
            try eventually("the further address is gone") {
                try !host.succeed("ip -6 addr show dev eth0").contains(" \(further)/")
            }
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 10))
        }
    }

    @Test(
        "A wrong key: one sentence with file and line, and the rest of the wish holds",
        arguments: DebianRelease.allCases, ["AcceptRA=banana", "Router=2001:db8::1", "Sparkle=7"])
    func wrongKey(_ release: DebianRelease, _ line: String) async {
        await lab { lab in
            let plan = HostPlan(release, networkFile: Uplink.eth0.networkFile(keep6: [line, "Wait=1"]))
            let host = try lab.bootOnline(plan)
            let check = try host.run("keep6 check")
            let words = line.split(separator: "=")
            let finding = check.standardOutput.split(separator: "\n").first { $0.contains(words[0]) }
            try #require(finding?.hasPrefix("\(HostPlan.networkFile):") == true, "\(check.story)")
            try #require(check.status == 2, "\(check.story)")
            try #require(try host.succeed("journalctl -b -o cat").contains("\(words[0])"))
            try #require(try host.succeed("cat /run/keep6/eth0.wish").contains("keep6-wait 1"))
            try lab.proveGuard()
        }
    }
}
