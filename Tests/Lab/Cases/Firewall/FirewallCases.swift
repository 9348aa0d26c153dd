import Foundation
import TestSupport
import Testing

/// The administrator's rules beside those of a real libvirt, a real fail2ban and what Docker makes, through everything
/// that saves and restores.
@Suite struct FirewallCases {
    private static let rules = """
        ip6tables -A INPUT -s 2001:db8:bad::/48 -j DROP
        ip6tables -t mangle -A FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
        ip6tables -t raw -A PREROUTING -s 2001:db8:bad::/48 -j NOTRACK
        """
    private static let own = "-A INPUT -s 2001:db8:bad::/48 -j DROP"

    /// What a Docker daemon with a bridge makes, but what it puts straight into the kernel's chains: `DockerCases` have a
    /// real one.
    private static let docker = """
        for chain in DOCKER DOCKER-ISOLATION-STAGE-1 DOCKER-ISOLATION-STAGE-2 DOCKER-USER; do
            ip6tables -N $chain
        done
        ip6tables -A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2
        ip6tables -A DOCKER-ISOLATION-STAGE-1 -j RETURN
        ip6tables -A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP
        ip6tables -A DOCKER-ISOLATION-STAGE-2 -j RETURN
        ip6tables -I FORWARD -o docker0 -j DOCKER
        ip6tables -I FORWARD -j DOCKER-ISOLATION-STAGE-1
        ip6tables -I FORWARD -j DOCKER-USER
        ip6tables -A DOCKER-USER -s 2001:db8:bad::/48 -j DROP
        ip6tables -A DOCKER-USER -j RETURN
        ip6tables -t nat -N DOCKER
        ip6tables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
        ip6tables -t nat -A OUTPUT ! -d ::1/128 -m addrtype --dst-type LOCAL -j DOCKER
        ip6tables -t nat -A DOCKER -i docker0 -j RETURN
        """
    private static let jail = """
        [lab]
        enabled = true
        filter = sshd
        backend = polling
        logpath = /var/log/lab.log
        port = ssh
        banaction = iptables-multiport
        """

    private func plan(_ release: DebianRelease, _ manager: Manager, _ backend: Ip6tablesBackend = .nft) -> HostPlan {
        var plan = HostPlan(release, manager, .firewall)
        plan.libvirtNetwork = .onAutostart
        plan.files["/etc/fail2ban/jail.d/defaults-debian.conf"] = Self.jail
        plan.files["/var/log/lab.log"] = ""
        plan.preparation = ["iptables", "ip6tables"].map {
            "update-alternatives --quiet --set \($0) /usr/sbin/\($0)-\(backend.rawValue)"
        }
        return plan
    }

    /// An online host with a libvirt network that is active, and then the administrator's rules.
    private func bootWithRules(_ lab: Lab, _ plan: HostPlan) throws -> Host {
        let host = try lab.bootOnline(plan)
        try eventually("the libvirt network is active") { try host.hasLibvirtNetwork() }
        try host.succeed(Self.rules)
        return host
    }

    /// Docker's chains, and an address that fail2ban has banned.
    private func addOthers(to host: Host) throws {
        try host.succeed(Self.docker)
        try host.succeed("systemctl start fail2ban.service")
        try eventually("fail2ban bans an address", within: 30) {
            try host.run("fail2ban-client set lab banip 2001:db8:bad::7").succeeded
        }
        try eventually("its chain is there") { try !rules(on: host, with: ["-A f2b-lab -s 2001:db8:bad::7"]).isEmpty }
    }

    private func rules(on host: Host, with words: [String]) throws -> [String] {
        try host.succeed("ip6tables-save").split(separator: "\n").map(String.init).filter { rule in
            words.contains { rule.contains($0) }
        }
    }

    private func libvirtRules(on host: Host) throws -> [String] { try rules(on: host, with: ["LIBVIRT"]) }

    private func foreignRules(on host: Host) throws -> [String] {
        try rules(on: host, with: ["LIBVIRT", "f2b", "DOCKER"])
    }

    @Test(
        "Rules saved, the uplink down and up, beside libvirt, fail2ban and Docker", arguments: DebianRelease.allCases,
        Ip6tablesBackend.allCases)
    func downAndUp(_ release: DebianRelease, _ backend: Ip6tablesBackend) async {
        await lab { lab in
            let host = try bootWithRules(lab, plan(release, .ifupdown, backend))
            try addOthers(to: host)
            let libvirt = try libvirtRules(on: host)
            let foreign = try foreignRules(on: host)
            try #require(libvirt.count > 5 && foreign.count > libvirt.count + 20)
            try host.succeed("ifdown eth0")
            try host.succeed(
                """
                ip6tables -D INPUT -s 2001:db8:bad::/48 -j DROP; ip6tables -F DOCKER-USER
                rm /run/keep6/firewall; ifup eth0
                """)
            try #require(try host.succeed("ip6tables-save").contains(Self.own))
            try #require(try foreignRules(on: host) == foreign)
            try host.succeed("fail2ban-client set lab unbanip 2001:db8:bad::7 && systemctl stop fail2ban.service")
            try #require(try rules(on: host, with: ["f2b"]) == [])
            try host.succeed("virsh -q net-destroy \(HostPlan.network) && virsh -q net-start \(HostPlan.network)")
            try #require(try Set(libvirtRules(on: host)) == Set(libvirt))
            try #require(try host.succeed("ip6tables-save").contains(Self.own))
            try lab.proveGuard()
        }
    }

    @Test("Rules restored while a libvirt network is up and echoes pass", arguments: DebianRelease.allCases)
    func whileUp(_ release: DebianRelease) async {
        await lab { lab in
            let host = try bootWithRules(lab, plan(release, .ifupdown))
            try host.succeed("keep6 firewall save")
            let all = try host.succeed("ip6tables-save | grep -v '^[#:]'")
            try host.succeed("ip6tables -D INPUT -s 2001:db8:bad::/48 -j DROP; ip6tables -t raw -F")
            try lab.requireNoLoss(after: "keep6 firewall restore")
            try #require(try host.succeed("ip6tables-save | grep -v '^[#:]' | sort") == sorted(all))
        }
    }

    /// Echoes from the internet to a guest, and from a guest of a network behind NAT to the internet.
    @Test(
        "Rules restored while a guest is spoken to", arguments: DebianRelease.allCases,
        [("route", Ip6tablesBackend.nft), ("route", .legacy), ("nat", .nft), ("nat", .legacy)])
    func guest(_ release: DebianRelease, _ network: (mode: String, backend: Ip6tablesBackend)) async {
        await lab { lab in
            var plan = plan(release, .ifupdown, network.backend)
            if network.mode == "nat" { plan.libvirtForward = "<forward mode='nat'><nat ipv6='yes'/></forward>" }
            let host = try bootWithRules(lab, plan)
            try addOthers(to: host)
            let guest = try lab.addGuest()
            // A bridge learns first, and its address is detected, once it has a port.
            try eventually("the guest reaches the host", within: 40) {
                try guest.namespace.command(["ping", "-6", "-q", "-c", "1", "-W", "1", "fd00:6::1"]).run(within: 10)
                    .succeeded
            }
            try host.succeed("keep6 firewall save")
            let foreign = try foreignRules(on: host)
            let meter =
                network.mode == "nat"
                ? try EchoStream(from: .guest(guest, at: Lab.guestAddress), to: .internet(of: lab.provider))
                : try EchoStream(from: .internet(of: lab.provider), to: .guest(guest, at: Lab.guestAddress))
            for _ in 0..<5 {
                try host.succeed("ip6tables -D INPUT -s 2001:db8:bad::/48 -j DROP; ip6tables -t mangle -F FORWARD")
                try host.succeed("keep6 firewall restore")
                try #require(try host.succeed("ip6tables-save").contains(Self.own))
            }
            let outage = meter.finish()
            try #require(outage.lost == 0, "\(outage)")
            try #require(try foreignRules(on: host) == foreign)
        }
    }

    @Test("Rules come back after a reboot", arguments: DebianRelease.allCases, Manager.allCases)
    func reboot(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try bootWithRules(lab, plan(release, manager))
            try host.rebootWithoutRules()
            let saved = try host.succeed("ip6tables-save")
            try #require(saved.contains(Self.own) && saved.contains("TCPMSS") && saved.contains("-A PREROUTING"))
            try eventually("libvirt's rules are there as well") { try libvirtRules(on: host).count > 5 }
            try #require(try host.succeed("keep6 firewall history").contains("3 rules"))
        }
    }

    private func sorted(_ text: String) -> String {
        text.split(separator: "\n").sorted().joined(separator: "\n")
    }
}
