import Testing

@Suite struct PackageCases {
    @Test(
        "Package removed while up: still online; purged: nothing is left", arguments: DebianRelease.allCases,
        Manager.allCases)
    func removed(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try lab.bootForwarding(HostPlan(release, manager))
            try lab.proveGuard()
            try lab.requireNoLoss(after: "dpkg -r keep6", for: 3)
            try #require(try host.hasProcess() == false)
            // The hooks are still there as configuration files, and must do nothing.
            try host.succeed(manager.renewal())
            try host.succeed("dpkg -P keep6")
            let left = try host.succeed(
                "find / /run -xdev -path /root -prune -o -name '*keep6*' -print; systemctl list-units --all --plain"
                    + " --no-legend 'keep6*'")
            try #require(left.isEmpty, "\(left)")
            try host.succeed(manager.renewal())
        }
    }

    @Test(
        "Package removed while networkd-dispatcher calls its hook: no guard is left", arguments: DebianRelease.allCases)
    func removedBesideHooks(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, .networkd))
            try eventually("the guard is active") { try host.isActive("keep6@eth0.service") }
            let hook = "IFACE=eth0 STATE=routable /usr/lib/networkd-dispatcher/routable.d/keep6"
            let hooks = "while [ -x /usr/libexec/keep6/networkd-hook ]; do \(hook); done"
            try host.succeed("(\(hooks)) >/dev/null 2>&1 & dpkg -r keep6; wait")
            try #require(try host.hasProcess() == false)
        }
    }

    @Test(
        "Package removed while the only default route is one it put back", arguments: DebianRelease.allCases,
        Manager.allCases)
    func removedAfterRepair(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try lab.bootForwarding(HostPlan(release, manager))
            lab.provider.silenceRouter()
            try host.succeed("ip -6 route del default")
            try eventually("the route is put back", within: 3) { try host.defaultRoutes().contains { $0.isOurs } }
            try lab.requireNoLoss(after: "dpkg -r keep6", for: 2)
        }
    }

    @Test("Package installed again while up", arguments: DebianRelease.allCases, Manager.allCases)
    func reinstalled(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            _ = try lab.bootForwarding(HostPlan(release, manager))
            try lab.requireNoLoss(after: "dpkg -i /root/keep6.deb", for: 2)
            try lab.proveGuard()
        }
    }

    @Test(
        "Package upgraded while the only default route is one it put back", arguments: DebianRelease.allCases,
        Manager.allCases)
    func upgraded(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try lab.bootForwarding(HostPlan(release, manager))
            let next = try DebianPackage.successor(of: .built(for: release))
            try host.copy(next.path, to: "/root/next.deb")
            lab.provider.silenceRouter()
            try host.succeed("ip -6 route del default")
            try eventually("the route is put back", within: 3) { try host.defaultRoutes().contains { $0.isOurs } }
            try lab.requireNoLoss(after: "dpkg -i /root/next.deb", for: 2)
            try #require(try host.succeed("dpkg-query -W keep6").contains("+next"))
            try #require(try host.defaultRoutes().contains { $0.isOurs })
            try lab.provider.restartRouter()
            try lab.proveGuard()
        }
    }
}
