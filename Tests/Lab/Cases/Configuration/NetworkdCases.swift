import Foundation
import Testing

/// What only networkd does to an uplink, and what only its hosts have.
@Suite struct NetworkdCases {
    @Test("networkctl reconfigure", arguments: DebianRelease.allCases)
    func reconfigured(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, .networkd))
            try host.restoreLearntRoute()
            try lab.requireRepair(after: "networkctl reconfigure eth0", for: 4)
            try host.waitForLearntRoute()
            try lab.proveGuard()
        }
    }

    @Test(
        "networkctl reload, networkd restarted, networkd and its sockets restarted", arguments: DebianRelease.allCases,
        ["networkctl reload", "systemctl restart systemd-networkd", "systemctl daemon-reexec"])
    func restarted(_ release: DebianRelease, _ line: String) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, .networkd))
            try lab.requireNoLoss(after: line, for: 3)
            try host.waitForLearntRoute()
            try lab.proveGuard()
        }
    }

    /// What the guard put back of a .network file that is no more would be against the administrator's will.
    @Test("The static address changed in the file, and reload", arguments: DebianRelease.allCases)
    func addressChanged(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, .networkd))
            let file = Uplink.eth0.networkFile().replacingOccurrences(of: "::10/64", with: "::20/64")
            try host.write(file, to: HostPlan.networkFile)
            try host.succeed("networkctl reload")
            let new = "\(Uplink.eth0.prefix)20"
            try #require(try lab.provider.reaches(new, within: 10))
            try eventually("the old address is gone") {
                try !host.succeed("ip -6 addr show dev eth0").contains(" \(Uplink.eth0.address)/")
            }
            Thread.sleep(forTimeInterval: 1)
            try #require(try !host.succeed("ip -6 addr show dev eth0").contains(" \(Uplink.eth0.address)/"))
            try lab.proveGuard(at: new)
        }
    }

    @Test("The section taken out of the file, and reload: kept no longer", arguments: DebianRelease.allCases)
    func sectionRemoved(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, .networkd))
            try lab.proveGuard()
            try host.write(Uplink.eth0.networkFile(keep6: nil), to: HostPlan.networkFile)
            try host.succeed("networkctl reload")
            try eventually("the guard is gone") {
                try !host.isActive("keep6@eth0.service") && host.run("test -e /run/keep6/eth0.wish").status != 0
            }
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 10))
        }
    }

    @Test("The section put into the file of a link that is up, and reload", arguments: DebianRelease.allCases)
    func sectionAdded(_ release: DebianRelease) async {
        await lab { lab in
            let plan = HostPlan(release, networkFile: Uplink.eth0.networkFile(keep6: nil))
            let host = try lab.bootOnline(plan)
            try #require(try !host.isActive("keep6@eth0.service"))
            try host.write("[X-Keep6]\nEnable=yes\n", to: "\(HostPlan.networkFile).d/keep6.conf")
            try host.succeed("networkctl reload")
            try lab.proveGuard()
        }
    }

    /// libvirt takes such routes for lost with forwarding on, even with accept_ra 0. On Debian 12 the kernel's would be
    /// the same as networkd's, and are not made.
    @Test("A libvirt network beside routes that the kernel learnt while accept_ra was 1")
    func leftOverRoutes() async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(.trixie, .networkd))
            try host.waitForLearntRoute()
            try host.succeed("sysctl -qw net.ipv6.conf.eth0.accept_ra=1")
            try host.succeed("rdisc6 -1 eth0")
            try eventually("the kernel has learnt a route") {
                try host.run("grep -Eq ' [0-9a-f]{3}[4-7c-f][0-9a-f]{4} +eth0$' /proc/net/ipv6_route").succeeded
            }
            try lab.requireNoLoss(after: "virsh -q net-start \(HostPlan.network)", for: 2)
            try #require(try host.hasLibvirtNetwork() && host.hasForwarding())
            try #require(try host.acceptRA() == "0")
        }
    }

    @Test("Boot without any event of networkd-dispatcher", arguments: DebianRelease.allCases)
    func withoutDispatcher(_ release: DebianRelease) async {
        await lab { lab in
            var plan = HostPlan(release, .networkd)
            plan.preparation = ["systemctl -q mask networkd-dispatcher.service"]
            plan.libvirtNetwork = .onAutostart
            let host = try lab.bootOnline(plan)
            let ready = try host.activation(of: "keep6@eth0.service")
            try #require(try ready > 0 && ready < host.activation(of: "libvirtd.service"))
            try lab.proveGuard()
        }
    }

    @Test("A link that comes late, named by a pattern, without networkd-dispatcher", arguments: DebianRelease.allCases)
    func lateLink(_ release: DebianRelease) async {
        await lab { lab in
            var plan = HostPlan(release, networkFile: Uplink.eth0.networkFile(match: "Name=up* !upper*"))
            plan.preparation = ["systemctl -q mask networkd-dispatcher.service"]
            let host = try lab.boot(plan)
            try lab.provider.startRouter()
            try host.succeed("ip link set eth0 down && ip link set eth0 name up0")
            try lab.proveGuard(of: "up0")
            try #require(try !host.isActive("keep6@eth0.service"))
        }
    }

    /// The handlers alone: nothing else starts a guard.
    @Test("Events of networkd-dispatcher alone", arguments: DebianRelease.allCases)
    func dispatcherAlone(_ release: DebianRelease) async {
        await lab { lab in
            var plan = HostPlan(release, .networkd)
            plan.preparation = ["systemctl -q mask keep6-networkd.service"]
            _ = try lab.bootOnline(plan)
            try lab.proveGuard()
        }
    }

    @Test("Matched by the hardware address, in a drop-in below /run", arguments: DebianRelease.allCases)
    func byHardwareAddress(_ release: DebianRelease) async {
        await lab { lab in
            let file = Uplink.eth0.networkFile(
                match: "MACAddress=\(Uplink.eth0.hardwareAddress)\nType=ether", keep6: nil)
            var plan = HostPlan(release, networkFile: file)
            plan.files["/usr/lib/systemd/network/10-eth0.network.d/keep6.conf"] = "[X-Keep6]\nWait=1\n"
            let host = try lab.bootOnline(plan)
            try #require(try host.succeed("cat /run/keep6/eth0.wish").contains("keep6-wait 1"))
            try lab.proveGuard()
        }
    }

    @Test("The kernel handles router advertisements", arguments: DebianRelease.allCases)
    func kernelHandles(_ release: DebianRelease) async {
        await lab { lab in
            let file = Uplink.eth0.networkFile(network: ["IPv6AcceptRA=no"], keep6: ["AcceptRA=2"])
            let host = try lab.bootOnline(HostPlan(release, networkFile: file))
            try #require(try host.acceptRA() == "2")
            try #require(try host.run("keep6 status eth0").standardOutput.contains("RAs handled by  the kernel\n"))
            try lab.requireRepair(after: "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding")
            try lab.proveGuard()
            try host.succeed("networkctl reconfigure eth0")
            try lab.proveGuard()
            try #require(try host.acceptRA() == "2")
        }
    }

    @Test("Nobody handles router advertisements, and a pinned gateway", arguments: DebianRelease.allCases)
    func nobodyHandles(_ release: DebianRelease) async {
        await lab { lab in
            let file = Uplink.eth0.networkFile(
                network: ["IPv6AcceptRA=no"], keep6: ["DefaultRoute=\(Provider.gateway)"])
            let host = try lab.boot(HostPlan(release, networkFile: file))
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 5))
            try #require(try host.run("keep6 status eth0").standardOutput.contains("RAs handled by  nobody\n"))
            try #require(try host.acceptRA() == "0")
        }
    }

    @Test("networkd handles router advertisements, and status says so", arguments: DebianRelease.allCases)
    func networkdHandles(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, .networkd))
            try #require(
                try host.run("keep6 status eth0").standardOutput.contains("RAs handled by  systemd-networkd\n"))
            try #require(try host.acceptRA() == "0")
            let journal = try host.succeed("journalctl -b -o cat -u keep6@eth0.service")
            try #require(journal.contains("watching; router advertisements are handled by systemd-networkd."))
        }
    }

    @Test("Carrier lost and back", arguments: DebianRelease.allCases)
    func carrier(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, .networkd))
            try lab.provider.namespace.run("ip", "link", "set", Uplink.eth0.farEnd, "down")
            try eventually("the host sees no carrier") {
                try host.succeed("ip link show eth0").contains("NO-CARRIER")
            }
            try lab.provider.namespace.run("ip", "link", "set", Uplink.eth0.farEnd, "up")
            // What is set down loses its addresses.
            for address in ["\(Provider.gateway)/64", "\(Uplink.eth0.prefix)1/64"] {
                try lab.provider.namespace.run(
                    "ip", "addr", "replace", address, "dev", Uplink.eth0.farEnd, "nodad")
            }
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 15))
            try lab.proveGuard()
        }
    }
}
