// Programs that restore or make ip6tables rules and would fight with keep6 over them.
import CLinux
import Configuration
import Host
import Linux

/// Looks for them on a host on which keep6 has saved rules.
struct FirewallRivals: ConfigurationCheck {
    let log: Log

    private static let rivals = [
        (
            unit: "netfilter-persistent.service",
            deed:
                "it restores all rules at boot, and keep6 then restores its own, so a rule is lost that only"
                + " /etc/iptables/rules.v6 has; each restart of it erases the rules of libvirt, Docker and other programs;"
                + " run 'keep6 firewall import /etc/iptables/rules.v6', then 'systemctl disable netfilter-persistent'"
        ),
        (
            unit: "firewalld.service",
            deed: "it makes its own rules, and removes yours at its next reload;"
                + " let one of them manage the firewall: run 'systemctl disable firewalld', or remove keep6's versions"
        ),
        (
            unit: "ufw.service",
            deed: "it makes its own rules at boot, in addition to those that keep6 restores;"
                + " let one of them manage the firewall: run 'ufw disable', or remove keep6's versions"
        ),
    ]

    func findings() -> [Finding] {
        guard (try? RulesetStore().newestText()) != nil else { return [] }
        return programs() + rulesElsewhere()
    }

    /// The kernel consults both back ends for each packet; keep6 manages the rules of one.
    private func rulesElsewhere() -> [Finding] {
        guard let (name, ruleset) = try? Ip6tables.unusedBackend() else { return [] }
        let count = ruleset.own(by: HostFirewall(log).ownership).ruleCount
        guard count > 0 else { return [] }
        return [
            Finding(
                FileLine(file: "/etc/alternatives/ip6tables", line: 0), .warning,
                "ip6tables does not use the back end '\(name)', but that has \(count == 1 ? "1 rule" : "\(count) rules")"
                    + " that keep6 neither saves nor restores; move them with 'ip6tables-\(name)-save |"
                    + " ip6tables-restore --noflush', and delete them there")
        ]
    }

    private func programs() -> [Finding] {
        FirewallRivals.rivals.compactMap { rival in
            guard let link = EnabledUnit.link(to: rival.unit), rival.unit != "ufw.service" || isUfwOn() else {
                return nil
            }
            return Finding(
                FileLine(file: link, line: 0), .warning,
                "\(rival.unit) is enabled, and keep6 has saved rules in \(RulesetStore.hostPath): \(rival.deed)")
        }
    }

    /// The package always enables the unit; this line makes it do something (ufw(8)).
    private func isUfwOn() -> Bool {
        guard let text = try? StateFile.read("/etc/ufw/ufw.conf") else { return false }
        return text.split(separator: "\n").contains { $0.lowercased() == "enabled=yes" }
    }
}
