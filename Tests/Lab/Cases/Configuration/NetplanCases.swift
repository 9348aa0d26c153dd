import Foundation
import Testing

/// netplan, which Debian's cloud images have, writes the .network file at each boot; keep6's section is in a drop-in of it.
@Suite struct NetplanCases {
    private static let file = "/run/systemd/network/10-netplan-eth0.network"
    private static let dropIn = "/etc/systemd/network/10-netplan-eth0.network.d/keep6.conf"

    private func settings(_ address: String) -> String {
        """
        network:
          version: 2
          ethernets:
            eth0:
              addresses: ["\(address)/64"]
              accept-ra: true

        """
    }

    private func plan(_ release: DebianRelease) -> HostPlan {
        var plan = HostPlan(release, interfaces: "")
        plan.purpose = .coexistence
        plan.manager = .networkd
        plan.libvirtNetwork = .onAutostart
        plan.files = ["/etc/netplan/50-uplink.yaml": settings(Uplink.eth0.address), Self.dropIn: "[X-Keep6]\n"]
        // No udevd runs in the lab, which 'netplan apply' would have look at the links once more.
        plan.preparation = ["chmod 600 /etc/netplan/*.yaml", "ln -s /bin/true /usr/local/sbin/udevadm"]
        return plan
    }

    @Test("An uplink of netplan's is kept, over a boot, and applied anew", arguments: DebianRelease.allCases)
    func kept(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(plan(release))
            try #require(try host.hasLibvirtNetwork() && host.hasForwarding())
            try #require(try host.acceptRA() == Manager.networkd.acceptRA)
            try lab.proveGuard()
            let check = try host.run("keep6 check")
            let isKept = check.standardOutput.contains("the links of \(Self.file)")
            try #require(check.succeeded && isKept, "\(check.story)")
            try host.waitForLearntRoute()
            try lab.requireRepair(after: "netplan apply", for: 4)
            try host.waitForLearntRoute()
            let new = "\(Uplink.eth0.prefix)20"
            try host.write(settings(new), to: "/etc/netplan/50-uplink.yaml")
            try host.succeed("netplan apply", within: 30)
            try #require(try lab.provider.reaches(new, within: 10))
            try lab.proveGuard(at: new)
        }
    }

    @Test("keep6 check names the drop-in for a file that netplan wrote", arguments: DebianRelease.allCases)
    func overtaken(_ release: DebianRelease) async {
        await lab { lab in
            var plan = plan(release)
            plan.files[Self.dropIn] = nil
            plan.files["/etc/systemd/network/50-eth0.network"] = Uplink.eth0.networkFile()
            let host = try lab.bootOnline(plan)
            let check = try host.run("keep6 check")
            try #require(check.status == 2 && check.standardOutput.contains(Self.dropIn), "\(check.story)")
            try #require(try !host.isActive("keep6@eth0.service"))
            try host.succeed(
                "mkdir \(Self.dropIn.dropLast("/keep6.conf".count)); echo '[X-Keep6]' >\(Self.dropIn)"
                    + "; rm /etc/systemd/network/50-eth0.network; systemctl restart keep6-networkd")
            try #require(try host.run("keep6 check").succeeded)
            try lab.proveGuard()
        }
    }
}
