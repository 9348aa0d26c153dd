// An uplink on which all is well, for tests to change something of.
import Firewall
import Internet
import NeighborDiscovery
import Netlink
import TestSupport

@testable import Configuration
@testable import Presentation
@testable import StateMachines

/// A host on which all is well, before something is changed.
struct Patient {
    var world = World()
    var wish = Wish(uplink: InterfaceName("eth0")!)
    var kept: KeptUplink {
        var kept = KeptUplink(wish: wish)
        kept.manager = manager
        return kept
    }
    var manager = KeptUplink.Manager.ifupdown
    var guardRuns = true
    var delegated: [DelegatedPrefix] = []
    var guests: [GuestStatus] = []
    var proxies: [ProxyStatus] = []
    var hasNoLink = false
    var found = Examination(guardUnit: "keep6@eth0.service", delegationUnit: "keep6-delegation@eth0.service")

    static let router = World.routers[0]
    static let beyond = IPv6Address("2001:7fd::1")!

    init() {
        world.acceptRA = 2
        world.start()
        world.advertise(Self.router, lifetime: 1800)
        found.advertisement = .came((Self.router, 1800))
        found.router = Self.router
        found.neighbor = .came(true)
        found.beyond = Self.beyond
        found.echo = .came(.reply)
        found.roundTrip = .microseconds(1_500)
        found.firewall = .came(ICMPv6Message.allCases.map { MessageFate($0, isForwarded: false, .passes) })
    }

    var status: Status {
        var snapshot = world.snapshot
        if hasNoLink { snapshot = Snapshot(link: nil) }
        return Status(
            kept, snapshot: snapshot, memory: GuardMemory(), guardRuns: guardRuns, delegated: delegated,
            proxies: proxies,
            guests: guests, at: world.now)
    }

    var diagnosis: Diagnosis { Diagnosis(status, found) }

    /// Has the firewall drop these.
    mutating func drop(
        _ messages: [ICMPv6Message], isForwarded: Bool = false, by command: String = "ip6tables"
    ) {
        guard case .came(let fates) = found.firewall else { return }
        let chain = isForwarded ? "FORWARD" : "INPUT"
        let drop = Verdict.dropped(command: command, table: "filter", chain: chain, by: "the policy DROP")
        let rest = fates.filter { $0.isForwarded != isForwarded || !messages.contains($0.message) }
        found.firewall = .came(rest + messages.map { MessageFate($0, isForwarded: isForwarded, drop) })
    }
}
