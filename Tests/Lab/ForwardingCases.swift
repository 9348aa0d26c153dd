import Testing

/// Forwarding takes a learnt default route away, unless accept_ra is 2.
@Suite struct ForwardingCases {
    private static let on = "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding"
    private static let acceptRABack = "sysctl -qw net.ipv6.conf.eth0.accept_ra=1"

    @Test("Forwarding turned on by hand", arguments: DebianRelease.allCases)
    func byHand(_ release: DebianRelease) async {
        await lab { lab in
            _ = try lab.bootOnline(HostPlan(release))
            let outage = try lab.outage(after: Self.on)
            try #require(outage.lost == 0, "\(outage)")
            try lab.proveGuard()
        }
    }

    @Test("accept_ra set back to 1, then forwarding on", arguments: DebianRelease.allCases)
    func acceptRASetBack(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release))
            try host.succeed(Self.acceptRABack)
            let outage = try lab.outage(after: Self.on)
            try #require(outage.lost == 0, "\(outage)")
            try host.waitForLearntRoute()
            try #require(try host.acceptRA() == "2")
            try lab.proveGuard()
        }
    }

    @Test("accept_ra set back to 1, then forwarding written again while it is on", arguments: DebianRelease.allCases)
    func writtenAgain(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release))
            try host.succeed(Self.on)
            // The kernel only purges again what it learnt anew.
            try host.succeed("ip -6 route del default")
            try host.waitForLearntRoute()
            try host.succeed(Self.acceptRABack)
            let outage = try lab.outage(after: Self.on)
            try #require(outage.lost == 0, "\(outage)")
            try host.waitForLearntRoute()
            try #require(try host.acceptRA() == "2")
            try lab.proveGuard()
        }
    }
}
