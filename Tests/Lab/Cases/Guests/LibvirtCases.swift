import Testing

@Suite struct LibvirtCases {
    private static let start = "virsh -q net-start \(HostPlan.network)"

    @Test("libvirt network started at run time", arguments: DebianRelease.allCases, Manager.allCases)
    func networkStarted(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, manager))
            try lab.requireNoLoss(after: Self.start, for: 2)
            try #require(try host.hasLibvirtNetwork() && host.hasForwarding())
            try lab.proveGuard()
        }
    }

    @Test(
        "libvirt network started after accept_ra was set back to 1", arguments: DebianRelease.allCases, Manager.allCases
    )
    func networkStartedWithWrongAcceptRA(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, manager))
            try startNetworkWithWrongAcceptRA(lab, host)
            try #require(try host.hasLibvirtNetwork())
            try #require(try host.acceptRA() == manager.acceptRA)
            try lab.proveGuard()
        }
    }

    @Test("libvirtd restarted", arguments: DebianRelease.allCases, Manager.allCases)
    func restarted(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            var plan = HostPlan(release, manager)
            plan.libvirtNetwork = .onAutostart
            let host = try lab.bootOnline(plan)
            try eventually("the network is active") { try host.hasLibvirtNetwork() }
            try lab.requireNoLoss(after: "systemctl restart libvirtd.service", for: 2)
            try eventually("the network is active") { try host.hasLibvirtNetwork() }
            try lab.proveGuard()
        }
    }

    /// Debian ships no modular daemons; its libvirtd does the same work under the other unit's name.
    @Test("virtnetworkd in libvirtd's place", arguments: DebianRelease.allCases, Manager.allCases)
    func modular(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            var plan = HostPlan(release, manager)
            plan.libvirtNetwork = .onAutostart
            plan.preparation = [
                "systemctl -q disable libvirtd.service libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket",
                "sed '/libvirtd.*socket/d; /^Alias/d' /lib/systemd/system/libvirtd.service"
                    + " >/etc/systemd/system/virtnetworkd.service",
                "systemctl -q enable virtnetworkd.service",
            ]
            let host = try lab.bootOnline(plan)
            try #require(try host.isActive("virtnetworkd.service"))
            try eventually("the network is active") { try host.hasLibvirtNetwork() }
            let ready = try host.activation(of: "keep6@eth0.service")
            try #require(try ready > 0 && ready < host.activation(of: "virtnetworkd.service"))
            try lab.requireNoLoss(after: "systemctl restart virtnetworkd.service", for: 2)
            try lab.proveGuard()
        }
    }

    @Test(
        "Package installed on a running host that had no hook directory", arguments: DebianRelease.allCases,
        Manager.allCases)
    func installedWhileRunning(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            var plan = HostPlan(release, manager)
            if manager == .ifupdown { plan.interfaces = Uplink.eth0.stanza() }
            plan.hasPackage = false
            let host = try lab.bootOnline(plan)
            try #require(try host.isActive("libvirtd.service"))
            try host.succeed("test ! -e /etc/libvirt/hooks/network.d")
            try host.copy(DebianPackage.built(for: release).path, to: "/root/keep6.deb")
            let installation = try host.run("dpkg -i /root/keep6.deb")
            try #require(installation.succeeded && !installation.story.contains("ailed"), "\(installation.story)")
            if manager == .ifupdown {
                try host.succeed("ifdown eth0")
                try host.write(HostPlan.preamble + Uplink.eth0.stanza("keep6 yes"), to: "/etc/network/interfaces")
                try host.succeed("ifup eth0")
            }
            try host.waitForLearntRoute()
            try startNetworkWithWrongAcceptRA(lab, host)
            try #require(try host.hasLibvirtNetwork())
            try lab.proveGuard()
        }
    }

    /// Only the hook can make it start. The router is silent meanwhile: what the kernel would learn of it beside networkd
    /// is another case.
    private func startNetworkWithWrongAcceptRA(_ lab: Lab, _ host: Host) throws {
        lab.provider.silenceRouter()
        try host.succeed("sysctl -qw net.ipv6.conf.eth0.accept_ra=1")
        try lab.requireNoLoss(after: Self.start, for: 2)
        try lab.provider.restartRouter()
    }
}
