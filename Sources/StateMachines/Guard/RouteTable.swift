// The guard's view of its routes: whose they are, when they were lost, when they came back.
import Configuration
import Internet
import Netlink

extension Guard {
    package var wish: Wish { kept.wish }

    /// There is a default route through the uplink, whoever made it.
    package var isOnline: Bool { link?.isUp == true && !routes.isEmpty }

    /// The state in one line, for `systemctl status`.
    package var summary: String {
        guard link != nil else { return "waiting for the interface" }
        if let real = realRoutes.first { return "online via \(real.hop)" }
        if let substitute = substitutes.first { return "online via \(substitute.hop), by keep6's route" }
        if let other = routes.first { return "online via \(other.hop), by somebody's route" }
        return "no default route\(loss.cause.map { ": \($0.clause)" } ?? " yet")"
    }

    var advertisementHandler: AdvertisementHandler {
        AdvertisementHandler(
            networkdHandles: kept.networkdHandlesAdvertisements,
            acceptRA: acceptRA.map { kept.acceptRATarget(from: $0) ?? $0 }, forwarding: forwarding, routes: routes)
    }

    /// An address that a router solicitation can come from; of several the kernel takes the link-local one (RFC 6724).
    var hasSourceAddress: Bool { addresses.contains(where: \.isUsable) }

    /// Whether a solicitation does not come from an optimistic address.
    var mayTellLinkLayerAddress: Bool {
        addresses.contains { $0.value.address.isLinkLocal && $0.isVerified }
            || !addresses.contains(where: \.isOptimistic)
    }

    /// The routers that are to be heard, whatever others send.
    package var knownRouters: [IPv6Address] {
        wish.routers.isEmpty ? memory.routers.map(\.address) : wish.routers
    }

    /// The routes that the guard would not have to replace.
    package var realRoutes: [Route] { routes.filter(isReal) }

    /// A default route that stands before that of a router which answers, though its own gateway does not answer, or is
    /// none of the routers that the administrator wants.
    ///
    /// A host does without a route whose gateway is dead; with forwarding on, the kernel goes on using it
    /// (net/ipv6/route.c, fib6_table_lookup, asks for a reachable router only on hosts).
    var obstacle: Route? {
        guard wish.defaultRoute == .routerAdvertisement else { return nil }
        let hasOther = memory.routers.contains { !deadGateways.contains($0.address) }
        let answering = hasOther ? realRoutes.filter { !isDead($0) } : realRoutes
        let limit = answering.map(\.metric).min() ?? Router.kernelMetric + 1
        let standing = routes.filter { route in
            route.routeProtocol != .keep6 && route.metric <= limit && route.metric > 1
                && (isDead(route) && (hasOther || !isReal(route)) || isForeignRouter(route))
        }
        return standing.min { $0.metric < $1.metric }
    }

    private func isDead(_ route: Route) -> Bool { route.gateway.map(deadGateways.contains) == true }

    func whatIsWrong(with obstacle: Route) -> Obstacle {
        isForeignRouter(obstacle) ? .foreignRouter : isReal(obstacle) ? .deadRouter : .deadRoute
    }

    func isForeignRouter(_ route: Route) -> Bool {
        route.routeProtocol == .routerAdvertisement && route.gateway.map(wish.believes) == false
    }

    /// keep6's own routes.
    var substitutes: [Route] { routes.filter { $0.routeProtocol == .keep6 } }

    /// A default route through the uplink in the main table; others are nobody's business here.
    func isOurs(_ route: Route) -> Bool {
        route.isDefault && route.table == Route.mainTable && link != nil && route.interface == link?.index
    }

    /// Whether the route leads to a router that advertises itself, or to the pinned gateway.
    func isReal(_ route: Route) -> Bool {
        guard route.routeProtocol != .keep6 else { return false }
        switch wish.defaultRoute {
        case .routerAdvertisement:
            return route.routeProtocol == .routerAdvertisement && !route.isOneOfSeveral
                && !isForeignRouter(route)
                || memory.routers.contains { $0.address == route.gateway }
        case .gateway(let gateway): return route.gateway == gateway
        case .off: return true
        }
    }

    /// The routers whose route may be put back, the best first; one that does not answer only where none does.
    package func candidates(at now: Instant) -> [Router] {
        switch wish.defaultRoute {
        case .routerAdvertisement:
            let alive = memory.routers.filter { $0.isAlive(at: now) }
            let answering = alive.filter { !deadGateways.contains($0.address) }
            return (answering.isEmpty ? alive : answering).sorted { left, right in
                left.rank != right.rank ? left.rank < right.rank : left.expiry ?? now > right.expiry ?? now
            }
        case .gateway(let gateway): return [Router(address: gateway)]
        case .off: return []
        }
    }

    mutating func insert(_ route: Route) {
        if let position = routes.firstIndex(where: { $0.isSame(as: route) }) {
            routes[position] = route
        } else {
            routes.append(route)
        }
    }

    mutating func lose(_ cause: Cause, at now: Instant) {
        guard loss.begin(cause, at: now) else { return }
        isConfirmed = false
        memory.losses += 1
        memory.lastLoss = Loss(cause: cause.clause, at: now, outage: nil)
    }

    /// The loss is over: counts the outage and says so.
    mutating func regain(by route: Route, at now: Instant) -> [GuardAction] {
        guard let (cause, outage) = loss.end(at: now) else { return [] }
        memory.lastLoss?.outage = outage
        let isSubstitute = route.routeProtocol == .keep6
        guard !isSubstitute || repairs.isWorthSaying else { return [] }
        return [
            .report(isSubstitute ? .restored(route, cause, outage: outage) : .returned(route, cause, outage: outage))
        ]
    }
}

extension Route {
    /// The same route as far as the kernel tells routes apart; lifetimes and metrics of the path do not count.
    package func isSame(as other: Route) -> Bool {
        isSameHop(as: other) && routeProtocol == other.routeProtocol && nexthop == other.nexthop
    }

    /// The same, whoever made it.
    func isSameHop(as other: Route) -> Bool {
        table == other.table && metric == other.metric && gateway == other.gateway && interface == other.interface
    }
}
