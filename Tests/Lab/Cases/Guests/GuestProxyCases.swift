import Testing

/// Guests of a libvirt network that have addresses of the uplink's own prefix, which the provider does not delegate.
@Suite struct GuestProxyCases {
    private static let guest = "2001:db8:1::77"
    private static let gateway = "2001:db8:1::2"

    @Test(
        "A guest of a libvirt network with the uplink's prefix", arguments: DebianRelease.allCases, Manager.allCases)
    func guest(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            var plan = HostPlan(release, manager, .proxy(HostPlan.network))
            plan.libvirtForward =
                "<forward mode='route'/><ip family='ipv6' address='\(Self.gateway)' prefix='64'/>"
            let host = try lab.bootOnline(plan)
            try #require(try host.status().contains("'lan6' is not up"))
            try lab.requireNoLoss(after: "virsh -q net-start \(HostPlan.network)", for: 2)
            try #require(try host.hasLibvirtNetwork())
            let guest = try plug(lab)
            try #require(try lab.provider.reaches(Self.guest, within: 10))
            try #require(
                try guest.namespace.command(
                    ["ping", "-6", "-q", "-n", "-c", "1", "-W", "5", "-I", Self.guest, Provider.internet]
                ).run(within: 10).succeeded)
            // libvirt's dnsmasq advertises the prefix, so the guest has two in time.
            let status = try host.status()
            try #require(status.contains("answers for") && status.contains(" on 'lan6' (virbr6)"), "\(status)")
            try #require(try host.run("keep6 check").standardOutput.contains("nothing is wrong"))
            let journal = "journalctl -q -o cat KEEP6_EVENT=guest-came KEEP6_ADDRESS=\(Self.guest)"
            try #require(try host.succeed(journal).contains("appeared on 'lan6'"))
            // A guard that is killed comes back by itself, and what the kernel answers meanwhile is not lost.
            try lab.requireNoLoss(
                after: "systemctl kill -s KILL keep6@eth0.service", for: 2, at: Self.guest, of: guest)
            try lab.proveGuard()
            try host.succeed("virsh -q net-destroy \(HostPlan.network)")
            try eventually("nothing is answered for") { try host.succeed("ip -6 neigh show proxy").isEmpty }
        }
    }

    private func plug(_ lab: Lab) throws -> Guest {
        let guest = try lab.addGuest()
        try eventually("the guest reaches the host", within: 40) {
            try guest.namespace.command(["ping", "-6", "-q", "-c", "1", "-W", "1", "fd00:6::1"]).run(within: 10)
                .succeeded
        }
        try guest.namespace.run("ip", "addr", "add", "\(Self.guest)/64", "dev", "eth0")
        try guest.namespace.run("ip", "-6", "route", "replace", "default", "via", Self.gateway)
        return guest
    }
}
