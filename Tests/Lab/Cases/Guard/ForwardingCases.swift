import Testing

/// Forwarding takes a learnt default route away, unless accept_ra is 2.
@Suite struct ForwardingCases {
    private static let on = "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding"

    @Test("Forwarding turned on by hand", arguments: DebianRelease.allCases, Manager.allCases)
    func byHand(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            _ = try lab.bootOnline(HostPlan(release, manager))
            try lab.requireNoLoss(after: Self.on)
            try lab.proveGuard()
        }
    }

    @Test("accept_ra set back to 1, then forwarding on", arguments: DebianRelease.allCases, Manager.allCases)
    func acceptRASetBack(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, manager))
            try setBack(host, forwarding: false)
            try lab.requireRepair(after: Self.on)
            try host.waitForLearntRoute()
            try #require(try host.acceptRA() == manager.acceptRA)
            try lab.proveGuard()
        }
    }

    @Test(
        "accept_ra set back to 1, then forwarding written again while it is on", arguments: DebianRelease.allCases,
        Manager.allCases)
    func writtenAgain(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, manager))
            try setBack(host, forwarding: true)
            try lab.requireRepair(after: Self.on)
            try host.waitForLearntRoute()
            // networkd's route stays, so there is no event that could tell of the setting.
            if manager == .ifupdown { try #require(try host.acceptRA() == "2") }
            try lab.proveGuard()
        }
    }

    private func setBack(_ host: Host, forwarding: Bool) throws {
        try host.succeed("echo \(forwarding ? 1 : 0) >/proc/sys/net/ipv6/conf/all/forwarding")
        // The kernel only purges what it learnt since the last purge.
        try host.succeed("ip -6 route del default")
        try host.waitForLearntRoute()
        try host.succeed("echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_ra")
    }
}
