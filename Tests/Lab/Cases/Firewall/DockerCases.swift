import Foundation
import Testing

/// A real dockerd, with IPv6, beside a kept uplink, libvirt and the administrator's rules.
@Suite struct DockerCases {
    private static let settings = """
        {"ipv6": true, "fixed-cidr-v6": "fd00:d::/64", "ip6tables": true, "experimental": true, "storage-driver": "vfs"}
        """
    private static let network = "docker network create --ipv6 --subnet fd00:e::/64"
    private static let own = [
        "-A INPUT -s 2001:db8:bad::/48 -j DROP", "-A FORWARD -s 2001:db8:bad::/48 -j DROP",
    ]

    private func plan(_ release: DebianRelease) -> HostPlan {
        var plan = HostPlan(release, .ifupdown, .firewall)
        plan.purpose = .coexistence
        plan.files["/etc/docker/daemon.json"] = Self.settings
        return plan
    }

    /// Rule by rule, with the policies and in order, without the counters.
    private func rules(on host: Host) throws -> [String] {
        try host.succeed("ip6tables-save | sed 's/ \\[[0-9:]*\\]$//; /^#/d'").split(separator: "\n").map(
            String.init)
    }

    private func addOwn(to host: Host) throws {
        for rule in Self.own { try host.succeed("ip6tables \(rule)") }
    }

    private func requireOwn(on host: Host) throws {
        let all = try rules(on: host)
        for rule in Self.own { try #require(all.contains(rule), "\(all.joined(separator: "\n"))") }
    }

    @Test(
        "dockerd started on a host that is online, and its rules saved and restored", arguments: DebianRelease.allCases)
    func startedLater(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(plan(release))
            try addOwn(to: host)
            try host.succeed("keep6 firewall save")
            try lab.requireNoLoss(after: "systemctl start docker.service && \(Self.network) other", for: 2)
            try #require(try host.hasForwarding())
            try lab.requireNoLoss(after: "virsh -q net-start \(HostPlan.network)", for: 1)
            let before = try rules(on: host)
            try #require(before.filter { $0.contains("docker0") }.count >= 8 && before.contains(":FORWARD DROP"))
            // The version from before Docker came.
            try host.succeed("for c in INPUT FORWARD; do ip6tables -D $c -s 2001:db8:bad::/48 -j DROP; done")
            try lab.requireNoLoss(after: "keep6 firewall restore")
            try requireOwn(on: host)
            try #require(try Set(rules(on: host)) == Set(before))
            // One with Docker, restored where Docker was restarted.
            try host.succeed("keep6 firewall save")
            try #require(try host.run("keep6 firewall diff").succeeded)
            try lab.requireNoLoss(after: "systemctl restart docker.service", for: 1)
            let restarted = try rules(on: host)
            try host.succeed("keep6 firewall restore")
            try #require(try rules(on: host) == restarted)
            try requireOwn(on: host)
            try lab.requireNoLoss(after: "systemctl stop docker.service docker.socket containerd.service", for: 1)
            try lab.proveGuard()
            try #require(try !host.succeed("cat /var/lib/keep6/ip6tables/*").contains("docker0"))
        }
    }

    @Test(
        "dockerd and the uplink at boot: the guard is first; then the uplink brought up where dockerd runs",
        arguments: DebianRelease.allCases)
    func atBoot(_ release: DebianRelease) async {
        await lab { lab in
            var plan = plan(release)
            plan.libvirtNetwork = .onAutostart
            plan.preparation = ["systemctl -q enable docker.service containerd.service"]
            let host = try lab.bootOnline(plan)
            try eventually("dockerd is ready", within: 30) { try host.isActive("docker.service") }
            try eventually("the libvirt network is active") { try host.hasLibvirtNetwork() }
            let ready = try host.activation(of: "keep6@eth0.service")
            try #require(try ready > 0 && ready < host.activation(of: "docker.service"))
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 5))
            try addOwn(to: host)
            let before = try rules(on: host)
            try host.succeed(
                "ifdown eth0 && rm /run/keep6/firewall && ip6tables -D INPUT -s 2001:db8:bad::/48 -j DROP && ifup eth0")
            try host.waitForLearntRoute()
            try #require(try Set(rules(on: host)) == Set(before))
            try lab.requireNoLoss(after: "\(Self.network) other && docker network rm other")
            try lab.proveGuard()
        }
    }
}
