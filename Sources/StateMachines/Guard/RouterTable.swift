// What routers say of themselves, and what the guard remembers of it.
import Configuration
import Internet
import Netlink

extension Guard {
    mutating func apply(
        advertisementFrom address: IPv6Address, lifetime: Int, preference: UInt8, at now: Instant
    ) -> [GuardAction] {
        guard wish.believes(address) else { return [] }
        renewals[address] = nil
        guard lifetime > 0 else {
            withdraw(address, .withdrawal)
            return []
        }
        withdrawn[address] = nil
        spent[address] = nil
        deadGateways.remove(address)
        mustCorrectAcceptRA = true
        let isFurther = !memory.routers.isEmpty && !memory.routers.contains { $0.address == address }
        remember(address, for: .seconds(lifetime), at: now) { $0.preference = preference }
        if realRoutes.isEmpty {
            isConfirmed = true
            if learnBy == nil { learnBy = now.advanced(by: .milliseconds(250)) }
        }
        let isWorthSaying = isFurther && adoptions.consume(at: now) != nil
        return (isWorthSaying ? [.report(.adopted(address))] : []) + probes(beside: address, at: now)
    }

    /// A router that speaks may take the place of one that is gone, which the kernel would find out much later.
    private mutating func probes(beside speaker: IPv6Address, at now: Instant) -> [GuardAction] {
        let others = Set(routes.compactMap(\.gateway)).subtracting([speaker])
        if others.isEmpty { return [] }
        if let lastProbe, lastProbe.duration(to: now) < Guard.probeInterval { return [] }
        lastProbe = now
        return others.map { .probe($0) }
    }

    /// A probe takes three seconds; no more of them than one after the other.
    private static let probeInterval = Duration.seconds(3)

    /// Routers whose lifetime is over; what the kernel tells of their routes may for a while be from before.
    mutating func forgetSpentRouters(at now: Instant) {
        spent = spent.filter { $0.value.advanced(by: .seconds(1)) > now }
        for router in memory.routers where !router.isAlive(at: now) && spent.count < Wish.routerLimit {
            spent[router.address] = router.expiry
        }
        memory.routers.removeAll { !$0.isAlive(at: now) }
    }

    mutating func forgetForeignRouters() { memory.routers = memory.routers.filter { wish.believes($0.address) } }

    /// Whoever is no router here has nothing to withdraw.
    mutating func withdraw(_ address: IPv6Address, _ cause: Cause) {
        let isKnown = memory.routers.contains { $0.address == address } || routes.contains { $0.gateway == address }
        guard isKnown else { return }
        memory.routers.removeAll { $0.address == address }
        if withdrawn.count < Wish.routerLimit { withdrawn[address] = cause }
    }

    /// Remembers the router of a route that came by router advertisement.
    ///
    /// What the router itself has said of its lifetime counts where the route may be from before: one that the kernel told
    /// of may have waited in the socket, and an advertisement is heard before the kernel acts on it.
    ///
    /// - Parameter isCurrent: whether the route is as it is now.
    mutating func learn(_ route: Route, isCurrent: Bool, at now: Instant) {
        guard route.routeProtocol == .routerAdvertisement, !route.isOneOfSeveral, let gateway = route.gateway,
            withdrawn[gateway] == nil, isCurrent || spent[gateway] == nil, wish.believes(gateway)
        else { return }
        let left = route.expires.map { Duration.seconds(Int64($0)) } ?? .seconds(9000)
        var (lifetime, expiry) = (left, now.advanced(by: left))
        if let known = memory.routers.first(where: { $0.address == gateway }), let end = known.expiry {
            let mayBeLater = isCurrent && !known.hasJustSpoken(at: now)
            (lifetime, expiry) = mayBeLater ? (max(known.lifetime, left), max(end, expiry)) : (known.lifetime, end)
        }
        remember(gateway, for: lifetime, at: now) { router in
            router.expiry = expiry
            router.preference = route.preference
            router.metric = route.metric
            router.mtu = route.mtu
            router.hopLimit = route.hopLimit
        }
    }

    private mutating func remember(
        _ address: IPv6Address, for lifetime: Duration, at now: Instant, _ change: (inout Router) -> Void
    ) {
        let position = memory.routers.firstIndex { $0.address == address }
        var router = position.map { memory.routers[$0] } ?? Router(address: address)
        router.lifetime = lifetime
        router.expiry = now.advanced(by: lifetime)
        change(&router)
        if let position {
            memory.routers[position] = router
        } else if memory.routers.count < Wish.routerLimit {
            memory.routers.append(router)
        }
    }
}
