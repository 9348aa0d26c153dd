// The guard's state machine: what one uplink's events mean. No I/O; time and randomness are arguments.
import Configuration
import Internet
import Netlink

/// Keeps the default route of one uplink: events in, actions out.
///
/// The shell performs each action at once and in order, and hands its outcome back as `.performed` or `.failed`
/// before the next action. `converge` (`Guard+Converge.swift`) is the one place that decides; the events only change what is
/// known.
package struct Guard: Sendable {
    package internal(set) var kept: KeptUplink
    package internal(set) var memory: GuardMemory

    /// The kernel's state as far as it is known.
    var link: Link?
    var addresses: [Address] = []
    /// The default routes in the main table through the uplink, keep6's own among them.
    var routes: [Route] = []
    var acceptRA: Int?
    var forwarding: Bool?
    var hasLooked = false

    var loss = LossRecord()
    /// An addition that the shell has not answered yet.
    var pending: Route?
    /// Metrics at which an addition failed, for some default route has them, until one succeeds.
    package var takenMetrics: Set<UInt32> = []
    /// When the route of keep6's own that is in the kernel ends there.
    var substituteExpiry: Instant?
    /// Until when the kernel or networkd may act on an advertisement before keep6 does.
    var learnBy: Instant?
    /// When an addition that failed may be tried again, and how often it has failed.
    var retry: (at: Instant, failures: Int)?
    var repairs = RepairBackoff()
    var solicitations: SolicitationBackoff
    /// How often each router was asked again before its lifetime's end, since it last advertised.
    var renewals: [IPv6Address: Int] = [:]
    /// An advertisement of the substitute's router was heard since the loss.
    var isConfirmed = false
    var isAsking = false
    var forwardingTurnedOn: Instant?
    /// Routers whose lifetime is over, or all but over, and when it is; for a second longer.
    var spent: [IPv6Address: Instant] = [:]
    /// Routers that withdrew themselves and have not advertised since, and how.
    var withdrawn: [IPv6Address: Cause] = [:]

    /// Limits how often a further router is named.
    var adoptions = OnceAMinute()

    /// When the kernel was last asked to find out whether routers still answer.
    var lastProbe: Instant?

    /// Gateways of default routes that do not answer, those of routers until they advertise themselves again.
    var deadGateways: Set<IPv6Address> = []

    var addressKeeper: AddressKeeper
    var optimistic = OptimisticAddresses()
    var heldAddresses = HeldAddresses()

    var mustCorrectAcceptRA = false
    /// What was said to have failed since a route was last added.
    var saidFailures: Set<String> = []
    /// The same of what is not about routes, which a route that was put back does not mend.
    var saidOtherFailures: Set<String> = []
    /// When the kernel's state, which could not be read, is to be read again.
    var lookAgain: Instant?
    var readiness = Readiness()
    var saved: GuardMemory

    package init(_ kept: KeptUplink, memory: GuardMemory = GuardMemory(), seed: UInt64 = 1) {
        self.kept = kept
        addressKeeper = AddressKeeper(kept)
        self.memory = memory
        saved = memory
        solicitations = SolicitationBackoff(seed: seed)
        forgetForeignRouters()
    }

    /// The addresses that have a local route of keep6's own.
    package var held: [InterfaceAddress] { heldAddresses.held }

    /// Takes one event; returns what to do now, in order.
    package mutating func handle(_ event: GuardEvent, at now: Instant) -> [GuardAction] {
        apply(event, at: now) + converge(at: now)
    }

    private mutating func apply(_ event: GuardEvent, at now: Instant) -> [GuardAction] {
        switch event {
        case .snapshot(let snapshot): return apply(snapshot, at: now)
        case .routeAdded(let route, let replacing): return apply(added: route, replacing: replacing, at: now)
        case .routeRemoved(let route, let remover): return apply(removed: route, by: remover, at: now)
        case .advertisement(let router, let lifetime, let preference):
            return apply(advertisementFrom: router, lifetime: lifetime, preference: preference, at: now)
        case .routerGone(let router): withdraw(router, .noRouter)
        case .linkChanged(let new): return apply(link: new, at: now)
        case .linkRemoved: return loseLink(at: now)
        case .addressAdded(let address): return apply(added: address, at: now)
        case .addressRemoved(let address): return apply(removed: address, at: now)
        case .wish(let kept): apply(kept)
        case .forwarding(let on):
            forwarding = on
            mustCorrectAcceptRA = true
            if on { forwardingTurnedOn = now }
        case .neighborFailed(let address):
            if routes.contains(where: { $0.gateway == address }) { deadGateways.insert(address) }
        case .overrun:
            optimistic.takeOverrun()
            return [.readState]
        case .poke(let why):
            mustCorrectAcceptRA = true
            return [.report(.poked(why)), .readWish, .readState]
        case .acceptRA(let found, let value): return apply(acceptRA: value, found: found)
        case .timer:
            if let due = lookAgain, due <= now { return [.readState] }
        case .identified(let id, let name):
            if let cause = loss.name(process: id, name) { memory.lastLoss?.cause = cause.clause }
        case .performed(let action): return apply(performed: action, at: now)
        case .failed(let action, let code, let reason):
            return apply(failed: action, code: code, reason: reason, at: now)
        }
        return []
    }
}

// MARK: - What the kernel tells

extension Guard {
    private mutating func apply(_ snapshot: Snapshot, at now: Instant) -> [GuardAction] {
        var actions = snapshot.link == nil ? loseLink(at: now) : []
        // Notifications of these removals were lost.
        if link?.index == snapshot.link?.index, link?.hasCarrier == true, snapshot.link?.hasCarrier == true {
            for address in addresses where !snapshot.addresses.contains(where: { $0.value == address.value }) {
                actions += apply(removed: address, at: now)
            }
        }
        let hadRoute = !realRoutes.isEmpty || !substitutes.isEmpty
        let wasLearnt = !hasLooked && !wish.defaultRoute.isPinned && !memory.routers.isEmpty
        link = snapshot.link
        addresses = snapshot.addresses
        routes = snapshot.routes
        acceptRA = snapshot.acceptRA
        forwarding = snapshot.forwarding
        lookAgain = nil
        if !hasLooked { readiness.wait(until: now.advanced(by: .seconds(wish.wait))) }
        hasLooked = true
        for route in routes { learn(route, isCurrent: true, at: now) }
        substituteExpiry = substitutes.first?.expires.map { now.advanced(by: .seconds(Int64($0))) }
        mustCorrectAcceptRA = true
        if realRoutes.isEmpty, substitutes.isEmpty, hadRoute || wasLearnt { lose(.missing, at: now) }
        return actions
    }

    private mutating func apply(added route: Route, replacing: Bool, at now: Instant) -> [GuardAction] {
        guard isOurs(route) else { return [] }
        if route.isOneOfSeveral { return [.readState] }
        let hadRoute = !realRoutes.isEmpty
        let isReplaced = { (other: Route) in replacing && other.metric == route.metric && !other.isSame(as: route) }
        let hasReplaced = routes.contains(where: isReplaced)
        routes.removeAll(where: isReplaced)
        insert(route)
        learn(route, isCurrent: false, at: now)
        if hadRoute, realRoutes.isEmpty { lose(.replaced, at: now) }
        return hasReplaced ? [.readState] : []
    }

    private mutating func apply(removed route: Route, by remover: Remover, at now: Instant) -> [GuardAction] {
        guard isOurs(route), let known = routes.first(where: { $0.isSameHop(as: route) }) else { return [] }
        // What is left of a multipath route, and whose, the message does not tell.
        if route.isOneOfSeveral || known.isOneOfSeveral { return [.readState] }
        guard routes.contains(where: { $0.isSame(as: route) }) else { return [] }
        let wasReal = isReal(route)
        routes.removeAll { $0.isSame(as: route) }
        mustCorrectAcceptRA = true
        if wasReal ? realRoutes.isEmpty : substitutes.isEmpty && realRoutes.isEmpty && route.routeProtocol == .keep6 {
            lose(cause(of: route, by: remover, at: now), at: now)
        }
        return []
    }

    /// There is a new address: IPv6 may have been off on the link until now, its settings be new, and the kernel have
    /// refused a route for that.
    mutating func noticeIPv6(at now: Instant) {
        mustCorrectAcceptRA = true
        if let retry { self.retry = (min(retry.at, now), retry.failures) }
    }

    private mutating func apply(added address: Address, at now: Instant) -> [GuardAction] {
        guard address.interface == link?.index else { return [] }
        if !addresses.contains(where: { $0.value == address.value }) { noticeIPv6(at: now) }
        addresses.removeAll { $0.value == address.value }
        addresses.append(address)
        addressKeeper.apply(added: address)
        // From now on it is answered for.
        return address.isOptimistic ? [.announce(address.value.address)] : []
    }

    /// A link that goes down says so before the kernel takes its addresses away (net/core/dev.c, __dev_notify_flags).
    private mutating func apply(removed address: Address, at now: Instant) -> [GuardAction] {
        guard address.interface == link?.index, !optimistic.apply(removed: address) else { return [] }
        addresses.removeAll { $0.value == address.value }
        guard link?.hasCarrier == true else { return [] }
        return addressKeeper.apply(removed: address, at: now) ? [.readWish] : []
    }

    private func cause(of route: Route, by remover: Remover, at now: Instant) -> Cause {
        if case .process(let pid) = remover { return .process(pid, name: nil) }
        if link?.isUp != true { return .linkDown }
        if let gateway = route.gateway, let cause = withdrawn[gateway] { return cause }
        // A router is forgotten at its lifetime's end, before the kernel says that its route is gone.
        let isAlive = memory.routers.contains { $0.address == route.gateway && $0.isAlive(at: now) }
        if route.routeProtocol == .routerAdvertisement, !wish.defaultRoute.isPinned, !isAlive { return .expiry }
        if forwarding == true, acceptRA != 2 || forwardingTurnedOn.map({ $0.duration(to: now) < .seconds(1) }) == true {
            return .forwarding
        }
        return .kernel
    }

    private mutating func apply(link new: Link, at now: Instant) -> [GuardAction] {
        guard new.name == wish.uplink else { return new.index == link?.index ? loseLink(at: now) : [] }
        let old = link
        link = new
        if old?.index != new.index || old?.isUp != new.isUp || old?.hasCarrier != new.hasCarrier {
            mustCorrectAcceptRA = true
            if old?.index == new.index, !new.isUp { loseRoutes(at: now) }
            if new.hasCarrier { solicitations.restart() } else { forgetAddresses() }
            return [.readState]
        }
        return []
    }

    private mutating func loseLink(at now: Instant) -> [GuardAction] {
        guard link != nil else { return [] }
        loseRoutes(at: now)
        link = nil
        forgetAddresses()
        addresses = []
        return [.report(.linkGone)]
    }

    /// A link that comes up is configured, and its addresses are checked, anew.
    private mutating func forgetAddresses() {
        addressKeeper.forget()
        optimistic.forget()
    }

    /// The kernel takes the routes of a link that goes down away without a word of each.
    private mutating func loseRoutes(at now: Instant) {
        if !realRoutes.isEmpty || !substitutes.isEmpty { lose(.linkDown, at: now) }
        routes = []
    }

    /// Where the uplink is kept no longer the guard is about to be stopped: it goes on with the routes until then.
    private mutating func apply(_ kept: KeptUplink?) {
        addressKeeper.apply(kept)
        guard let kept, self.kept != kept else { return }
        mustCorrectAcceptRA = true
        self.kept = kept
        forgetForeignRouters()
    }

    private mutating func apply(acceptRA value: Int, found: Int) -> [GuardAction] {
        acceptRA = value
        saidOtherFailures = []
        guard value != found else { return [] }
        solicitations.restart()
        isConfirmed = false
        return [.report(.corrected(acceptRA: value, from: found))]
    }
}
