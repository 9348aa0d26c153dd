// The near end of the path: the uplink's link, its addresses and settings.
import Configuration
import Internet
import Netlink

extension Diagnosis {
    var link: Step {
        let name = "link"
        guard let link = status.link else {
            return Step(
                name, .failure, "no interface '\(uplink)'",
                Remedy("the ones that exist", "ip -brief link"))
        }
        guard link.isUp else {
            return Step(name, .failure, "the link is down", Remedy("set it up", "ip link set \(uplink) up"))
        }
        guard link.hasCarrier else {
            return Step(
                name, .failure, "the link has no carrier",
                Remedy("check the cable, and ask the provider about the switch port", "ip -s link show \(uplink)"))
        }
        return Step(name, .ok, "up, with carrier")
    }

    /// The command by which the manager configures the interface again.
    private var renewal: String {
        status.kept.manager == .networkd
            ? "networkctl reconfigure \(uplink)" : "ifdown \(uplink) && ifup \(uplink)"
    }

    var address: Step {
        let name = "address"
        guard status.link != nil else { return Step(name, .skipped, "there is no link") }
        let routed = status.snapshot.addresses.filter { !$0.value.address.isLinkLocal }
        let verdict: Step.Verdict = status.snapshot.hasGlobal ? .warning : .failure
        if let duplicate = routed.first(where: \.isDuplicate) {
            return Step(
                name, verdict,
                "\(duplicate.value.address) is a duplicate: another host on the link has it (DAD)",
                Remedy("remove it from the other host, then", renewal))
        }
        if let tentative = routed.first(where: \.isTentative) {
            return Step(
                name, verdict, "\(tentative.value.address) is tentative: the kernel checks it for duplicates (DAD)",
                Remedy("this takes a second or two with a carrier; then check again", "keep6 doctor \(uplink)"))
        }
        guard status.snapshot.hasGlobal else {
            return Step(
                name, .failure, "there is no global address",
                Remedy("configure it again", renewal))
        }
        return Step(name, .ok, routed.map(status.words).joined(separator: ", "))
    }

    var acceptRA: Step {
        let name = "accept_ra"
        guard status.link != nil else { return Step(name, .skipped, "there is no link") }
        guard let value = status.snapshot.acceptRA else {
            return Step(
                name, .warning, "cannot read accept_ra",
                Remedy("see why", "sysctl net/ipv6/conf/\(uplink)/accept_ra"))
        }
        if let target = status.kept.acceptRATarget(from: value) {
            return Step(
                name, .warning, "accept_ra is \(value), and should be \(target)",
                Remedy("set it", "sysctl -w net/ipv6/conf/\(uplink)/accept_ra=\(target)"))
        }
        let handler = status.advertisementHandler
        if handler == .nobody, status.wish.defaultRoute == .routerAdvertisement, status.wish.acceptRA == .auto {
            return Step(
                name, .warning, "accept_ra is 0, and no program handles router advertisements",
                Remedy("let the kernel do it", "sysctl -w net/ipv6/conf/\(uplink)/accept_ra=2"))
        }
        return Step(name, .ok, "\(value), as configured; router advertisements go to \(handler.words)")
    }

    var forwarding: Step {
        let words = status.snapshot.forwarding.map { $0 ? "on" : "off" } ?? "unknown"
        return Step("forwarding", .ok, words)
    }
}
