// Programs that restore or make ip6tables rules themselves, and would fight with keep6 over them.
import CLinux
import Host
import Keep6
import Linux

/// Looks for them on a host where keep6 has rules saved.
struct FirewallRivals {
    private static let rivals = [
        (
            unit: "netfilter-persistent.service",
            deed: "it restores all rules at boot, and keep6 its own behind it, so that what only /etc/iptables/rules.v6"
                + " has is gone; whenever it is restarted it erases what libvirt, Docker and others made;"
                + " run 'keep6 firewall import /etc/iptables/rules.v6', then 'systemctl disable netfilter-persistent'"
        ),
        (
            unit: "firewalld.service",
            deed: "it makes its own rules and those of yours last until its next reload;"
                + " leave the firewall to one of the two: 'systemctl disable firewalld', or take keep6's versions away"
        ),
        (
            unit: "ufw.service",
            deed: "it makes its own rules at boot, beside those that keep6 restores;"
                + " leave the firewall to one of the two: 'ufw disable', or take keep6's versions away"
        ),
    ]

    func findings(_ voice: Voice) -> [Finding] {
        guard (try? RulesetStore().newestText()) != nil else { return [] }
        return programs() + rulesElsewhere(voice)
    }

    /// The kernel asks both back ends about each packet, while keep6 keeps the rules of one.
    private func rulesElsewhere(_ voice: Voice) -> [Finding] {
        guard let (name, ruleset) = try? Ip6tables.unusedBackend() else { return [] }
        let count = ruleset.own(by: HostFirewall(voice).ownership).ruleCount
        guard count > 0 else { return [] }
        return [
            Finding(
                FileLine(file: "/etc/alternatives/ip6tables", line: 0), .warning,
                "ip6tables does not use the back end '\(name)', which has \(count == 1 ? "1 rule" : "\(count) rules") all"
                    + " the same, and keep6 neither saves nor restores that; take them over by 'ip6tables-\(name)-save |"
                    + " ip6tables-restore --noflush' and remove them there")
        ]
    }

    private func programs() -> [Finding] {
        FirewallRivals.rivals.compactMap { rival in
            guard let link = EnabledUnit.link(to: rival.unit), rival.unit != "ufw.service" || isUfwOn() else {
                return nil
            }
            return Finding(
                FileLine(file: link, line: 0), .warning,
                "\(rival.unit) is enabled, and keep6 has rules saved in \(RulesetStore.hostPath): \(rival.deed)")
        }
    }

    /// The unit is enabled wherever the package is; this line makes it do something (ufw(8)).
    private func isUfwOn() -> Bool {
        guard let text = try? StateFile.read("/etc/ufw/ufw.conf") else { return false }
        return text.split(separator: "\n").contains { $0.lowercased() == "enabled=yes" }
    }
}
