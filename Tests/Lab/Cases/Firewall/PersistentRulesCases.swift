import Foundation
import Testing

/// netfilter-persistent restores all rules at boot, and keep6 the administrator's: both, in this order.
@Suite struct PersistentRulesCases {
    private static let file = "/etc/iptables/rules.v6"
    private static let own = ["-A INPUT -s 2001:db8:bad::/48 -j DROP", "-A INPUT -s 2001:db8:bad:2::/64 -j DROP"]

    private func rules(on host: Host, with word: String) throws -> [String] {
        try host.succeed("ip6tables-save").split(separator: "\n").map(String.init).filter { $0.contains(word) }
    }

    @Test("Both restore at boot, and no rule is lost", arguments: zip(DebianRelease.allCases, Manager.allCases))
    func boot(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            var plan = HostPlan(release, manager, .firewall)
            plan.purpose = .coexistence
            plan.libvirtNetwork = .onAutostart
            plan.files[Self.file] = "*filter\n:INPUT ACCEPT [0:0]\n\(Self.own[0])\nCOMMIT\n"
            plan.preparation = ["systemctl -q enable netfilter-persistent.service"]
            let host = try lab.bootOnline(plan)
            try eventually("the libvirt network is active") { try host.hasLibvirtNetwork() }
            try #require(try rules(on: host, with: "bad") == [Self.own[0]])
            let libvirt = try rules(on: host, with: "LIBVIRT")
            try #require(libvirt.count > 5)
            // Saved by the one as they are, libvirt's among them, and by the other at the end.
            try host.succeed("ip6tables \(Self.own[1]) && netfilter-persistent save")
            try host.rebootWithoutRules()
            try eventually("the libvirt network is active") { try host.hasLibvirtNetwork() }
            try #require(try rules(on: host, with: "bad") == Self.own)
            try #require(try Set(rules(on: host, with: "LIBVIRT")) == Set(libvirt))
            let restorer = manager == .networkd ? "keep6-firewall.service" : "networking.service"
            let others = try host.activation(of: "netfilter-persistent.service")
            try #require(try others > 0 && others < host.activation(of: restorer))
            let check = try host.run("keep6 check")
            try #require(check.status == 1 && check.standardOutput.contains("netfilter-persistent.service is enabled"))
            // What takes libvirt's rules away takes none of the administrator's, and the uplink stays.
            try host.waitForLearntRoute()
            try lab.requireNoLoss(after: "systemctl restart netfilter-persistent.service && keep6 firewall restore")
            try #require(try rules(on: host, with: "bad") == Self.own)
        }
    }
}
