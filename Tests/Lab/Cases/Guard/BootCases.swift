import Foundation
import Testing

@Suite struct BootCases {
    @Test("Boot with the libvirt network on autostart", arguments: DebianRelease.allCases, Manager.allCases)
    func networkOnAutostart(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            var plan = HostPlan(release, manager)
            plan.libvirtNetwork = .onAutostart
            let host = try lab.bootOnline(plan)
            try requireFastBoot(of: host)
            try requireNetwork(on: host)
            try #require(try host.acceptRA() == manager.acceptRA)
            try lab.proveGuard()
        }
    }

    @Test("Boot with a router that answers 12 s late", arguments: DebianRelease.allCases, Manager.allCases)
    func lateRouter(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            var plan = HostPlan(release, manager)
            plan.libvirtNetwork = .onAutostart
            let host = try lab.switchOn(plan)
            let answer = ContinuousClock.now + .seconds(12)
            try host.waitForBoot(within: 11)
            try requireFastBoot(of: host)
            try requireNetwork(on: host)
            Thread.sleep(forTimeInterval: (answer - .now) / .seconds(1))
            // It has to be asked, too.
            try lab.provider.startRouter(Router(isTalkative: false))
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 20))
            try lab.proveGuard()
        }
    }

    @Test("Boot with libvirtd disabled and started by the guard", arguments: DebianRelease.allCases, Manager.allCases)
    func startsLibvirt(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            var plan = HostPlan(release, manager, .start("libvirtd.service"))
            plan.libvirtNetwork = .onAutostart
            plan.preparation = ["systemctl -q disable libvirtd.service"]
            let host = try lab.bootOnline(plan)
            try requireFastBoot(of: host)
            try eventually("libvirtd is started") { try host.isActive("libvirtd.service") }
            try requireNetwork(on: host)
            try lab.proveGuard()
        }
    }

    @Test(
        "Boot with keep6-wait: libvirtd comes after the default route", arguments: DebianRelease.allCases,
        Manager.allCases)
    func waitsForRouter(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            var plan = HostPlan(release, manager, .wait(20))
            plan.libvirtNetwork = .onAutostart
            let host = try lab.switchOn(plan)
            Thread.sleep(forTimeInterval: 4)
            try #require(try host.isActive("libvirtd.service") == false)
            try lab.provider.startRouter()
            try host.waitForBoot()
            let ready = try host.activation(of: "keep6@eth0.service")
            let libvirtd = try host.activation(of: "libvirtd.service")
            try #require(ready > 0 && ready < libvirtd)
            try requireNetwork(on: host)
            try lab.proveGuard()
        }
    }

    @Test(
        "Boot with keep6-wait and no router: it goes on when the time is over", arguments: DebianRelease.allCases,
        Manager.allCases)
    func waitsInVain(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            var plan = HostPlan(release, manager, .wait(3))
            plan.libvirtNetwork = .onAutostart
            let host = try lab.boot(plan)
            try requireFastBoot(of: host)
            try requireNetwork(on: host)
            try #require(try host.isActive("keep6@eth0.service"))
            try lab.provider.startRouter()
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 10))
            try lab.proveGuard()
        }
    }

    @Test("Power-off does not wait for the guard", arguments: DebianRelease.allCases, Manager.allCases)
    func powerOff(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            var plan = HostPlan(release, manager)
            // libvirtd 11.3 now and then takes half a minute to stop (its virnetdaemon.c, virNetDaemonFinishTimer).
            plan.preparation.append("systemctl -q mask libvirt-guests.service libvirtd.service")
            let host = try lab.bootOnline(plan)
            try lab.proveGuard()
            let begin = ContinuousClock.now
            try host.powerOff()
            try #require(ContinuousClock.now - begin < .seconds(20))
        }
    }

    /// The recipe from the blogs takes five minutes, and networking.service fails.
    private func requireFastBoot(of host: Host) throws {
        let begin = Int(try host.succeed("systemctl show -P InactiveExitTimestampMonotonic networking.service")) ?? 0
        let end = try host.activation(of: "networking.service")
        try #require(end > 0 && end - begin < 10_000_000, "networking.service took \(end - begin) us")
        try #require(try host.succeed("systemctl --failed --plain --no-legend").isEmpty)
    }

    private func requireNetwork(on host: Host) throws {
        try eventually("the libvirt network is active") { try host.hasLibvirtNetwork() }
        try #require(try host.hasForwarding())
    }
}
