import Foundation
import Testing

/// The administrator's rules beside those of a real libvirt, through everything that saves and restores.
@Suite struct FirewallCases {
    private static let rules = """
        ip6tables -A INPUT -s 2001:db8:bad::/48 -j DROP
        ip6tables -t mangle -A FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
        ip6tables -t raw -A PREROUTING -s 2001:db8:bad::/48 -j NOTRACK
        """
    private static let own = "-A INPUT -s 2001:db8:bad::/48 -j DROP"

    private func plan(_ release: DebianRelease, _ manager: Manager) -> HostPlan {
        var plan = HostPlan(release, manager, .firewall)
        plan.libvirtNetwork = .onAutostart
        return plan
    }

    /// An online host with a libvirt network that is active, and then the administrator's rules.
    private func bootWithRules(_ lab: Lab, _ plan: HostPlan) throws -> Host {
        let host = try lab.bootOnline(plan)
        try eventually("the libvirt network is active") { try host.hasLibvirtNetwork() }
        try host.succeed(Self.rules)
        return host
    }

    private func libvirtRules(on host: Host) throws -> [String] {
        try host.succeed("ip6tables-save").split(separator: "\n").map(String.init).filter { $0.contains("LIBVIRT") }
    }

    @Test("Rules saved, the uplink down and up, beside a libvirt network", arguments: DebianRelease.allCases)
    func downAndUp(_ release: DebianRelease) async {
        await lab { lab in
            let host = try bootWithRules(lab, plan(release, .ifupdown))
            let libvirt = try libvirtRules(on: host)
            try #require(libvirt.count > 5)
            try host.succeed("ifdown eth0")
            try host.succeed("ip6tables -D INPUT -s 2001:db8:bad::/48 -j DROP; rm /run/keep6/firewall; ifup eth0")
            try #require(try host.succeed("ip6tables-save").contains(Self.own))
            try #require(try libvirtRules(on: host) == libvirt)
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
    @Test("Rules restored while a guest is spoken to", arguments: DebianRelease.allCases, ["route", "nat"])
    func guest(_ release: DebianRelease, _ mode: String) async {
        await lab { lab in
            var plan = plan(release, .ifupdown)
            if mode == "nat" { plan.libvirtForward = "<forward mode='nat'><nat ipv6='yes'/></forward>" }
            let host = try bootWithRules(lab, plan)
            let guest = try lab.addGuest()
            // A bridge learns first, and its address is detected, once it has a port.
            try eventually("the guest reaches the host", within: 40) {
                try guest.namespace.command(["ping", "-6", "-q", "-c", "1", "-W", "1", "fd00:6::1"]).run(within: 10)
                    .succeeded
            }
            try host.succeed("keep6 firewall save")
            let libvirt = try libvirtRules(on: host)
            let meter =
                mode == "nat"
                ? try EchoMeter(from: guest.namespace, to: Provider.internet)
                : try EchoMeter(from: lab.provider, to: guest.address)
            for _ in 0..<5 {
                try host.succeed("ip6tables -D INPUT -s 2001:db8:bad::/48 -j DROP; ip6tables -t mangle -F FORWARD")
                try host.succeed("keep6 firewall restore")
                try #require(try host.succeed("ip6tables-save").contains(Self.own))
            }
            let outage = try meter.finish()
            try #require(outage.lost == 0, "\(outage)")
            try #require(try libvirtRules(on: host) == libvirt)
        }
    }

    @Test("Rules come back after a reboot", arguments: DebianRelease.allCases, Manager.allCases)
    func reboot(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try bootWithRules(lab, plan(release, manager))
            try host.powerOff()
            for table in ["filter", "nat", "mangle", "raw"] {
                try host.namespace.run("ip6tables", "-t", table, "-F")
                try host.namespace.run("ip6tables", "-t", table, "-X")
            }
            try host.namespace.run("ip", "link", "del", "virbr6")
            try host.switchOn()
            try host.waitForBoot()
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
