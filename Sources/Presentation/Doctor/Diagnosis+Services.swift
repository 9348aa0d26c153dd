// What stands beside the path: the guard, the delegated prefix, the guests' networks, the firewall.
import Configuration
import Firewall
import Internet
import Netlink

extension Diagnosis {
    var guardian: Step {
        guard !status.guardRuns else { return Step("guard", .ok, "running") }
        return Step(
            "guard", .warning, "the guard does not run", Remedy("start it", "systemctl restart \(found.guardUnit)"))
    }

    var delegation: Step {
        let name = "delegation"
        guard status.delegated.isEmpty else {
            let prefixes = status.delegated.map { prefix in
                "\(prefix.prefix)" + (status.lifetime(of: prefix).map { ", \($0) s left" } ?? "")
            }
            return Step(name, .ok, prefixes.joined(separator: "; "))
        }
        guard status.wish.delegation != nil || !status.wish.guests.isEmpty else {
            return Step(name, .skipped, "no prefix is configured")
        }
        let words = "no prefix is delegated"
        if status.kept.manager == .networkd {
            return Step(
                name, .warning, words, Remedy("networkd says why", "journalctl -u systemd-networkd -n 20"))
        }
        guard found.hasClient else {
            return Step(
                name, .warning, "\(words): dhcpcd is not installed",
                Remedy(
                    "install it, and make it ask",
                    "apt install dhcpcd-base && systemctl restart \(found.delegationUnit)"))
        }
        return Step(
            name, .warning, words,
            Remedy("the service that asks for it says why", "journalctl -u \(found.delegationUnit) -n 20"))
    }

    /// One for each network of the wish.
    var guestSteps: [Step] {
        status.guests.map { step(of: $0.network, $0.bridge, problem(of: $0), words: $0.words) }
            + status.proxies.map { step(of: $0.network, $0.bridge, nil, words: "answers for \($0.words)") }
    }

    private func step(of network: NetworkName, _ bridge: InterfaceName?, _ problem: Step?, words: String) -> Step {
        let name = Diagnosis.guestName
        guard bridge != nil else {
            let command = found.libvirtNetworks.contains(network) ? "virsh net-start \(network)" : bringUp(network)
            return Step(name, .warning, "the network '\(network)' is not up", Remedy("start it", command))
        }
        if let problem { return problem }
        guard status.snapshot.forwarding != false else {
            return Step(
                name, .warning, "forwarding is off, so the guests on '\(network)' are offline",
                Remedy("turn it on", "sysctl -w net.ipv6.conf.all.forwarding=1"))
        }
        return Step(name, .ok, words)
    }

    /// The command for a bridge that does not belong to a libvirt network.
    private func bringUp(_ bridge: NetworkName) -> String {
        status.kept.manager == .networkd ? "networkctl up \(bridge)" : "ifup \(bridge)"
    }

    private static let guestName = "guests"

    private func problem(of guest: GuestStatus) -> Step? {
        guard !guest.isNumbered else { return nil }
        guard !status.delegated.isEmpty else { return Step(Diagnosis.guestName, .skipped, guest.words) }
        return Step(
            Diagnosis.guestName, .warning, guest.unnumbered,
            Remedy("make the guard check again", "systemctl reload \(found.guardUnit)"))
    }
}

// MARK: - The firewall

extension Diagnosis {
    /// The rule that mends a drop, where it is dropped; nil if it is not dropped.
    static func remedy(of fate: Verdict) -> Remedy? {
        guard case .dropped(let command, let table, let chain, _) = fate else { return nil }
        let option = table == "filter" ? "" : "-t \(table) "
        return Remedy("let ICMPv6 in", "\(command) \(option)-I \(chain) -p ipv6-icmp -j ACCEPT")
    }

    var firewall: Step {
        let name = "firewall"
        switch found.firewall {
        case .notAsked(let reason): return Step(name, .skipped, reason)
        case .failed(let reason): return Step(name, .skipped, "cannot read its rules: \(reason)")
        case .silence: return Step(name, .skipped, "reading its rules took too long")
        case .came(let fates): return judged(fates, name)
        }
    }

    private func judged(_ fates: [MessageFate], _ name: String) -> Step {
        for isForwarded in [false, true] {
            let dropped = fates.filter { Diagnosis.remedy(of: $0.fate) != nil && $0.isForwarded == isForwarded }
            if let step = step(of: dropped, isForwarded: isForwarded, name) { return step }
        }
        let unknown = fates.filter { $0.fate == .cannotTell }
        let unknownHere = unknown.filter { !$0.isForwarded }
        guard unknownHere.isEmpty else {
            let messages = Diagnosis.listed(unknownHere)
            return Step(name, .skipped, "cannot tell whether \(messages) is let in; see 'ip6tables -S INPUT'")
        }
        return Step(
            name, .ok,
            "lets in all ICMPv6 that RFC 4890 requires"
                + (unknown.isEmpty ? "" : "; cannot tell whether errors get through to guests"))
    }

    /// Without Neighbor Discovery no neighbor reaches the host; without the rest IPv6 is only slow or unreliable.
    ///
    /// Of two back ends that drop something, one after the other is mended.
    private func step(of dropped: [MessageFate], isForwarded: Bool, _ name: String) -> Step? {
        let vital: [ICMPv6Message] = [.neighborSolicitation, .neighborAdvertisement]
        let firstVital = dropped.first { vital.contains($0.message) }
        guard let first = firstVital ?? dropped.first,
            case .dropped(let command, _, let chain, let cause) = first.fate
        else { return nil }
        let messages = Diagnosis.listed(
            dropped.filter { if case .dropped(command, _, _, _) = $0.fate { true } else { false } })
        let what = isForwarded ? "forwarded \(messages)" : messages
        return Step(
            name, firstVital == nil ? .warning : .failure, "\(command) drops \(what) (\(chain), \(cause))",
            Diagnosis.remedy(of: first.fate))
    }

    private static func listed(_ fates: [MessageFate]) -> String {
        fates.count == ICMPv6Message.allCases.count
            ? "all required ICMPv6" : fates.map(\.message.words).joined(separator: ", ")
    }
}
