import Foundation
import Testing

/// What takes ifupdown's place reads the same stanza, and the uplink is kept as under ifupdown.
@Suite struct CoexistenceCases {
    private static let further = ["2001:db8:1::20", "2001:db8:1::30"]

    /// A host whose ifup is of these packages, with options of keep6's that are written several times.
    private func plan(_ release: DebianRelease, _ package: String, _ options: String...) -> HostPlan {
        let addresses = Self.further.map { "keep6-address \($0)/64" }
        var plan = HostPlan(release, interfaces: Uplink.eth0.stanza(["keep6 yes"] + addresses + options))
        plan.purpose = .coexistence
        plan.preamble = "auto lo\niface lo inet loopback\n"
        plan.preparation = [
            "dpkg --force-depends -r ifupdown", "dpkg -i /root/others/\(package)_*.deb",
            "systemctl -q enable networking.service",
        ]
        return plan
    }

    @Test("ifupdown-ng brings a kept uplink up and down", arguments: DebianRelease.allCases)
    func ifupdownNG(_ release: DebianRelease) async {
        await lab { lab in
            var plan = plan(release, "ifupdown-ng", "keep6-wait 0   # a comment")
            if release == .trixie { plan.preparation.insert("dpkg -i /root/others/ifupdown-ng-compat_*.deb", at: 2) }
            let host = try lab.bootOnline(plan)
            try requireKept(lab, host)
            try requireChecked(host)
            try requireReleased(lab, host)
            try requireWithoutScripts(lab, host)
        }
    }

    @Test("ifupdown2 brings a kept uplink up and down", arguments: DebianRelease.allCases)
    func ifupdown2(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(plan(release, "ifupdown2"))
            try requireKept(lab, host)
            let check = try host.run("keep6 check")
            try #require(check.status == 1 && check.standardOutput.contains("write 'address"), "\(check.story)")
            try lab.requireNoLoss(after: "ifreload -a")
            try requireUsable(lab, host)
            // The guard puts back what is taken away, but not what ifupdown2 takes away because the stanza has another.
            try host.succeed("cp /etc/network/interfaces /root/i; sed -i s/::10/::40/ /etc/network/interfaces")
            try host.succeed("ifreload -a")
            try #require(try lab.provider.reaches("\(Uplink.eth0.prefix)40", within: 10))
            let addresses = try host.succeed("ip -6 -o addr show dev eth0 scope global")
            try #require(!addresses.contains(Uplink.eth0.address), "\(addresses)")
            try host.succeed("mv /root/i /etc/network/interfaces; ifreload -a")
            try requireUsable(lab, host)
            try host.succeed("echo '    keep6-sparkle 7' >>/etc/network/interfaces; ifup eth0")
            try #require(try host.succeed("journalctl -b --no-pager -t keep6").contains("option 'keep6-sparkle 7'"))
            try requireReleased(lab, host)
            try host.succeed("sed -i s/^addon_scripts_support=1/addon_scripts_support=0/ /etc/network/ifupdown2/*.conf")
            let last = try host.run("keep6 check")
            try #require(
                last.status == 2 && last.standardOutput.contains("keep6 does not keep 'eth0'"), "\(last.story)")
        }
    }

    private func requireKept(_ lab: Lab, _ host: Host) throws {
        // What makes a firewall is there first, which neither says of itself.
        try #require(try host.succeed("systemctl show -P After networking.service").contains("network-pre.target"))
        try #require(try host.acceptRA() == "2")
        try requireUsable(lab, host)
        try lab.requireNoLoss(after: "virsh -q net-start \(HostPlan.network)", for: 2)
        try #require(try host.hasLibvirtNetwork() && host.hasForwarding())
        try lab.proveGuard()
    }

    /// Both of the addresses that are written with one option, and the stanza's own.
    private func requireUsable(_ lab: Lab, _ host: Host) throws {
        for address in Self.further + [Uplink.eth0.address] {
            try #require(try lab.provider.reaches(address, within: 5), "\(address)")
        }
    }

    private func requireReleased(_ lab: Lab, _ host: Host) throws {
        try host.succeed("virsh -q net-destroy \(HostPlan.network)")
        // Taken back before the link is down, and not after: the guard would have told of the loss.
        let losses = "journalctl -b -q KEEP6_EVENT=lost | wc -l"
        let before = try host.succeed(losses)
        try host.succeed("ifdown eth0")
        try #require(try host.succeed(losses) == before)
        try #require(try host.acceptRA() == "1")
        try #require(try !host.isActive("keep6@eth0.service") && !host.hasProcess())
        try host.succeed("test ! -e /run/keep6/eth0.wish")
        let left = try host.succeed("ip -6 -o addr show dev eth0 scope global")
        try #require(left.isEmpty, "\(left)")
    }

    /// `keep6 check` finds what ifupdown-ng refuses, and nothing where it refuses nothing.
    private func requireChecked(_ host: Host) throws {
        let check = try host.run("keep6 check")
        try #require(check.succeeded && check.standardOutput.contains("nothing is wrong"), "\(check.story)")
        for line in ["source /etc/network/interfaces.d/*", "source /etc/network/none", "source-directory /none"] {
            try host.succeed("cp /etc/network/interfaces /root/i && echo '\(line)' >>/etc/network/interfaces")
            let isRefused = try host.run("ifquery eth1").standardError.contains("could not parse")
            let check = try host.run("keep6 check")
            let isFound = check.standardOutput.contains("ifup and ifdown refuse to do anything")
            try #require(isFound == isRefused && (check.status == 2) == isRefused, "\(line): \(check.story)")
            try host.succeed("mv /root/i /etc/network/interfaces")
        }
    }

    /// Where ifupdown-ng runs no scripts, its executor does the same, and a duplicate address has ifup fail, if it is new
    /// enough to care (0.12).
    private func requireWithoutScripts(_ lab: Lab, _ host: Host) throws {
        try host.succeed("sed -i 's/^allow_addon_scripts = 1/allow_addon_scripts = 0/' /etc/network/ifupdown-ng.conf")
        try lab.provider.occupy(Self.further[1])
        let ifup = try host.run("ifup eth0")
        try #require(ifup.succeeded == (host.release == .bookworm), "\(ifup.story)")
        let sentences = ifup.standardError.split(separator: "\n").filter { $0.contains(Self.further[1]) }
        try #require(sentences.count == 1 && sentences[0].contains("duplicate"), "\(ifup.story)")
        try lab.provider.vacate(Self.further[1])
        try host.succeed("ifdown --force eth0; ifup eth0")
        try requireUsable(lab, host)
        try #require(try host.acceptRA() == "2" && host.isActive("keep6@eth0.service"))
        try #require(try host.run("keep6 check").succeeded)
        try host.succeed("sed -i /keep6-/d /etc/network/interfaces")
        let check = try host.run("keep6 check")
        try #require(check.status == 2 && check.standardOutput.contains("write 'use keep6'"), "\(check.story)")
    }
}
