import Foundation
import Testing

/// What networkd leaves a host offline for, without keep6 and with it: each of them is known to its developers.
@Suite struct NetworkdWeaknessCases {
    /// A host with the same .network file, and keep6 on it or not.
    private func plan(_ release: DebianRelease, hasKeep6: Bool, network: [String] = ["IPv6AcceptRA=yes"]) -> HostPlan {
        var plan = HostPlan(release, networkFile: Uplink.eth0.networkFile(network: network))
        plan.hasPackage = hasKeep6
        return plan
    }

    @Test("A default route that somebody deleted", arguments: DebianRelease.allCases)
    func deleted(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(plan(release, hasKeep6: false))
            let meter = try EchoStream(from: .internet(of: lab.provider), to: .host(host))
            lab.provider.silenceRouter()
            try host.succeed("ip -6 route del default")
            try #require(try !lab.provider.reaches(Uplink.eth0.address, within: 3))
            let outage = meter.finish()
            try #require(outage.lost > 200, "\(outage)")
        }
        await lab { lab in
            let host = try lab.bootOnline(plan(release, hasKeep6: true))
            lab.provider.silenceRouter()
            try host.succeed("ip -6 route del default")
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 3))
        }
    }

    /// systemd issue 43285: nobody asks a router again before its lifetime is over.
    @Test("A router that only answers, lifetime 9 s, watched for 15 s", arguments: DebianRelease.allCases)
    func lifetime(_ release: DebianRelease) async {
        let router = Router(isTalkative: false, lifetime: 9)
        await lab { lab in
            let host = try lab.bootOnline(plan(release, hasKeep6: false), router: router)
            let meter = try EchoStream(from: .internet(of: lab.provider), to: .host(host))
            Thread.sleep(forTimeInterval: 15)
            #expect(meter.finish().lost > 200)
            try #require(try !lab.provider.reaches(Uplink.eth0.address, within: 3))
        }
        await lab { lab in
            _ = try lab.bootOnline(plan(release, hasKeep6: true), router: router)
            try lab.requireNoLoss(after: "true", for: 15)
        }
    }

    /// systemd issue 40510: an advertisement without a default router lifetime ends networkd's soliciting.
    @Test("A router that is no default router when first asked, and only answers", arguments: DebianRelease.allCases)
    func stopsSoliciting(_ release: DebianRelease) async {
        for hasKeep6 in [false, true] {
            await lab { lab in
                let host = try lab.switchOn(plan(release, hasKeep6: hasKeep6))
                try lab.provider.startRouter(Router(isTalkative: false, lifetime: 0))
                try host.waitForBoot()
                try eventually("networkd has heard the router", within: 10) {
                    try host.succeed("ip -6 route show proto ra").contains(Uplink.eth0.prefix)
                }
                try lab.provider.startRouter(Router(isTalkative: false))
                try #require(try lab.provider.reaches(Uplink.eth0.address, within: 20) == hasKeep6)
            }
        }
    }

    /// systemd issue 40322: where forwarding is configured and IPv6AcceptRA= is not, networkd handles no advertisements.
    @Test("Forwarding configured, IPv6AcceptRA= not: keep6 learns the route itself", arguments: DebianRelease.allCases)
    func forwardingConfigured(_ release: DebianRelease) async {
        let forwarding = release == .bookworm ? "IPForward=ipv6" : "IPv6Forwarding=yes"
        await lab { lab in
            let host = try lab.boot(plan(release, hasKeep6: false, network: [forwarding]))
            try lab.provider.startRouter()
            try #require(try !lab.provider.reaches(Uplink.eth0.address, within: 8))
            try #require(try host.defaultRoutes().isEmpty)
        }
        await lab { lab in
            let host = try lab.boot(plan(release, hasKeep6: true, network: [forwarding]))
            try lab.provider.startRouter()
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 15))
            try #require(try host.defaultRoutes().contains { $0.isOurs })
            let check = try host.run("keep6 check")
            try #require(check.status == 1 && check.standardOutput.contains("IPv6AcceptRA=yes"), "\(check.story)")
            try #require(try host.run("keep6 status").standardOutput.contains("RAs handled by  nobody\n"))
        }
    }
}
