import Testing

/// The illness itself, so that a lab in which it does not break out is noticed.
@Suite struct BaselineCases {
    @Test("A host without keep6 is offline once forwarding is on", arguments: DebianRelease.allCases)
    func forwarding(_ release: DebianRelease) async {
        await lab { lab in
            var plan = HostPlan(release, interfaces: Uplink("eth0").stanza())
            plan.hasPackage = false
            let host = try lab.bootOnline(plan)
            #expect(try lab.provider.reaches(Uplink("eth0").address, within: 5))
            let meter = try EchoStream(from: .internet(of: lab.provider), to: .host(host))
            try host.succeed("sysctl -w net.ipv6.conf.all.forwarding=1")
            #expect(try lab.provider.reaches(Uplink("eth0").address, within: 6) == false)
            let outage = meter.finish()
            #expect(outage.lost > 100)
            #expect(try host.defaultRoutes().isEmpty)
        }
    }
}
