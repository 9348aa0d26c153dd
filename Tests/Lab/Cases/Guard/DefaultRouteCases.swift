import Foundation
import Testing

@Suite struct DefaultRouteCases {
    @Test("Default route deleted", arguments: DebianRelease.allCases, Manager.allCases)
    func deleted(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, manager))
            try host.restoreLearntRoute()
            try lab.requireRepair(after: "ip -6 route del default")
            try lab.proveGuard()
        }
    }

    @Test("Default route deleted on a host that forwards", arguments: DebianRelease.allCases, Manager.allCases)
    func deletedWhileForwarding(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            var plan = HostPlan(release, manager)
            plan.libvirtNetwork = .onAutostart
            let host = try lab.bootOnline(plan)
            try eventually("the host forwards") { try host.hasForwarding() }
            try host.waitForLearntRoute()
            try host.restoreLearntRoute()
            try lab.requireRepair(after: "ip -6 route del default")
            try lab.proveGuard()
        }
    }

    @Test("Default routes flushed", arguments: DebianRelease.allCases, Manager.allCases)
    func flushed(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, manager))
            // ip(8) cannot flush a route through a nexthop object, which Debian 13's networkd makes, and says so.
            let flush = manager == .networkd ? "{ ip -6 route flush default || true; }" : "ip -6 route flush default"
            try host.restoreLearntRoute()
            try lab.requireRepair(after: flush)
            try lab.proveGuard()
        }
    }

    @Test("Default route replaced by one through a dead gateway", arguments: DebianRelease.allCases, Manager.allCases)
    func replaced(_ release: DebianRelease, _ manager: Manager) async {
        await replace(HostPlan(release, manager), forwarding: false)
    }

    @Test("The same on a host that forwards", arguments: DebianRelease.allCases, Manager.allCases)
    func replacedWhileForwarding(_ release: DebianRelease, _ manager: Manager) async {
        await replace(HostPlan(release, manager), forwarding: true)
    }

    private func replace(_ plan: HostPlan, forwarding: Bool) async {
        await lab { lab in
            let host = try lab.bootOnline(plan)
            try host.succeed("echo \(forwarding ? 1 : 0) >/proc/sys/net/ipv6/conf/all/forwarding")
            try host.succeed("ip -6 route replace default via fe80::bad dev eth0")
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 15))
            try host.succeed("ip -6 route del default via fe80::bad proto boot || true")
            try lab.proveGuard()
        }
    }

    @Test("The router withdraws itself: believed", arguments: DebianRelease.allCases, Manager.allCases)
    func withdrawn(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, manager))
            lab.provider.withdrawRouter()
            try eventually("no default route is left", within: 5) { try host.defaultRoutes().isEmpty }
            Thread.sleep(forTimeInterval: 1.5)
            try #require(try host.defaultRoutes().isEmpty)
            try lab.provider.restartRouter()
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 5))
            try lab.proveGuard()
        }
    }

    @Test(
        "The router withdraws itself after the route was deleted: believed", arguments: DebianRelease.allCases,
        Manager.allCases)
    func withdrawnAfterRepair(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, manager))
            try lab.proveGuard()
            lab.provider.pauseRouter()
            try host.succeed("ip -6 route del default")
            try eventually("the route is put back", within: 3) { try host.defaultRoutes().contains { $0.isOurs } }
            lab.provider.withdrawRouter()
            try eventually("no default route is left", within: 5) { try host.defaultRoutes().isEmpty }
        }
    }

    @Test(
        "A router that only answers, asked again before its lifetime is over", arguments: DebianRelease.allCases,
        Manager.allCases)
    func lifetime(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            _ = try lab.bootOnline(HostPlan(release, manager), router: Router(isTalkative: false, lifetime: 9))
            try lab.requireNoLoss(after: "true", for: 15)
        }
    }

    @Test(
        "A router that fell silent is believed once its lifetime is over", arguments: DebianRelease.allCases,
        Manager.allCases)
    func silent(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, manager), router: Router(lifetime: 9))
            lab.provider.silenceRouter()
            try host.succeed("ip -6 route del default")
            try eventually("the route is put back", within: 3) { try host.defaultRoutes().contains { $0.isOurs } }
            try eventually("no default route is left", within: 12) { try host.defaultRoutes().isEmpty }
            try lab.provider.restartRouter()
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 5))
        }
    }

    @Test("A pinned gateway, and no router that advertises itself", arguments: DebianRelease.allCases, Manager.allCases)
    func pinned(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try lab.boot(HostPlan(release, manager, .defaultRoute(Provider.gateway)))
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 5))
            try lab.requireRepair(after: "ip -6 route del default")
            try #require(try host.defaultRoutes().contains { $0.isOurs })
        }
    }
}
