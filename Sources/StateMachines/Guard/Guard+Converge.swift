// The guard's one decision: from what is known to the smallest change.
import Internet
import Netlink

extension Guard {
    /// What has to be done now; nothing if everything is as it should be.
    mutating func converge(at now: Instant) -> [GuardAction] {
        guard hasLooked else { return [] }
        forgetSpentRouters(at: now)
        renewals = renewals.filter { entry in memory.routers.contains { $0.address == entry.key } }
        deadGateways.formIntersection(routes.compactMap(\.gateway) + memory.routers.map(\.address))
        var actions: [GuardAction] = []
        if let real = realRoutes.first, link?.isUp == true { actions += regain(by: real, at: now) }
        noticeLoss(at: now)
        if let link, link.hasCarrier {
            addressKeeper.look(at: addresses, on: link.index)
            actions += addressKeeper.due(at: now).map { .addAddress($0) }
            let isKernels = acceptRA.map { $0 != 0 } ?? false
            actions += optimistic.due(of: addresses, linkLocal: isKernels).map { .makeOptimistic($0) }
            actions += heldAddresses.due(of: addresses, wishedBy: addressKeeper)
        } else {
            actions += heldAddresses.end
        }
        if link?.isUp == true { actions += convergeRoute(at: now) }
        if !isOnline, pending == nil, link?.isUp != true || candidates(at: now).isEmpty, let cause = loss.say() {
            actions.append(.report(.lost(cause)))
        }
        if mustCorrectAcceptRA {
            mustCorrectAcceptRA = false
            if link != nil { actions.append(.correctAcceptRA) }
        }
        if link?.hasCarrier == true { actions += ask(at: now) }
        actions += readiness.due(
            for: wish, onlineBy: isOnline ? realRoutes.first ?? routes.first : nil,
            hasAddress: addresses.contains(where: \.isUsableGlobal), advertisementHandler, at: now)
        if isWorthSaving {
            saved = memory
            actions.append(.remember)
        }
        return actions
    }

    /// There is a router and no route of it, however that came: somebody's route that stood in its place may have gone.
    private mutating func noticeLoss(at now: Instant) {
        guard loss.cause == nil, learnBy == nil, pending == nil, !wish.defaultRoute.isPinned, link?.isUp == true,
            realRoutes.isEmpty,
            substitutes.isEmpty, !candidates(at: now).isEmpty
        else { return }
        lose(.missing, at: now)
    }

    private mutating func convergeRoute(at now: Instant) -> [GuardAction] {
        let real = realRoutes
        if !real.isEmpty { learnBy = nil }
        let obstacle = self.obstacle
        var wanted: Router?
        if real.isEmpty || obstacle != nil, let first = candidates(at: now).first {
            let kept = substitutes.first.flatMap { route in
                candidates(at: now).first { $0.address == route.gateway }
            }
            wanted = kept ?? first
        }
        var actions: [GuardAction] = []
        var kept: Route?
        for route in substitutes {
            if kept == nil, let wanted, route.gateway == wanted.address,
                obstacle.map({ route.metric < $0.metric }) ?? true
            {
                kept = route
            } else {
                actions.append(.remove(route))
            }
        }
        // Its router is gone; another may be known.
        if real.isEmpty, kept == nil, let last = substitutes.first, let gateway = last.gateway {
            lose(withdrawn[gateway] ?? .expiry, at: now)
        }
        guard let wanted, let link else { return actions }
        if let kept {
            return actions + renew(kept, of: wanted, at: now)
        }
        guard pending == nil, let time = putBackTime(at: now), time <= now else { return actions }
        var route = wanted.substitute(through: link.index, at: now)
        if let obstacle {
            route.metric = freeMetric(from: obstacle.metric - 1) { $0 - 1 }
        } else {
            route.metric = freeMetric(from: route.metric) { $0 + 1 }
        }
        pending = route
        repairs.repaired(at: now)
        if repairs.isFight, let cause = loss.cause { actions.append(.report(.fight(cause))) }
        return actions + [.add(route)]
    }

    private func freeMetric(from first: UInt32, _ next: (UInt32) -> UInt32) -> UInt32 {
        var metric = first
        while takenMetrics.contains(metric), (2..<UInt32.max).contains(metric) { metric = next(metric) }
        return metric
    }

    /// The substitute follows its router's lifetime: at once to a shorter one, to a longer once a quarter was added.
    private mutating func renew(_ route: Route, of router: Router, at now: Instant) -> [GuardAction] {
        guard let expiry = router.expiry, let substituteExpiry,
            expiry < substituteExpiry
                || substituteExpiry.duration(to: expiry) > max(router.lifetime / 4, .seconds(1)),
            retry.map({ $0.at <= now }) ?? true
        else { return [] }
        var renewed = router.substitute(through: route.interface ?? InterfaceIndex(rawValue: 0), at: now)
        renewed.metric = route.metric
        return [.refresh(renewed)]
    }

    /// A lost route is put back at once, after a mere advertisement the kernel or networkd goes first; nil if nothing asks
    /// for a route.
    private func putBackTime(at now: Instant) -> Instant? {
        let isDue = loss.cause != nil || wish.defaultRoute.isPinned || obstacle != nil
        guard let first = isDue ? now : learnBy else { return nil }
        return [first, repairs.earliest(at: now), retry?.at].compactMap { $0 }.max()
    }

    /// Solicits a router advertisement when one is needed and the back-off allows it (RFC 7559).
    private mutating func ask(at now: Instant) -> [GuardAction] {
        let needsRouter = self.needsRouter
        if needsRouter, !isAsking { solicitations.restart() }
        isAsking = needsRouter
        let due = memory.routers.filter { nextRenewal(of: $0).map { $0 <= now } ?? false }
        if !due.isEmpty, !needsRouter { solicitations.restart() }
        guard needsRouter || !due.isEmpty, hasSourceAddress, solicitations.earliest(at: now) <= now else { return [] }
        for router in due { renewals[router.address, default: 0] += 1 }
        solicitations.solicited(at: now)
        return [.solicit(tellsLinkLayerAddress: mayTellLinkLayerAddress)]
    }

    private var needsRouter: Bool {
        guard wish.defaultRoute == .routerAdvertisement else { return false }
        // The hops of a multipath route do not tell which of them is a router's.
        guard realRoutes.isEmpty else { return memory.routers.isEmpty }
        return !(isConfirmed && !substitutes.isEmpty)
    }

    /// When a router is asked again because its lifetime nears its end: at the last quarter, eighth, sixteenth.
    private func nextRenewal(of router: Router) -> Instant? {
        guard wish.defaultRoute == .routerAdvertisement, let expiry = router.expiry else { return nil }
        let asked = renewals[router.address] ?? 0
        guard asked < 3 else { return nil }
        return expiry.advanced(by: .zero - router.lifetime / (4 << asked))
    }

    private var isWorthSaving: Bool {
        guard memory.lastLoss == saved.lastLoss, memory.losses == saved.losses,
            memory.routers.map(\.address) == saved.routers.map(\.address)
        else { return true }
        return zip(memory.routers, saved.routers).contains { new, old in
            guard let newExpiry = new.expiry, let oldExpiry = old.expiry else { return new.expiry != old.expiry }
            return oldExpiry.duration(to: newExpiry) > new.lifetime / 4 || newExpiry < oldExpiry
                || new.preference != old.preference || new.metric != old.metric
        }
    }

    /// When `handle(.timer)` is needed next; nil if no time alone changes anything.
    package func deadline(at now: Instant) -> Instant? {
        guard hasLooked else { return lookAgain }
        var instants = [lookAgain, readiness.deadline].compactMap { $0 }
        if link?.isUp == true, realRoutes.isEmpty || obstacle != nil, substitutes.isEmpty,
            !candidates(at: now).isEmpty
        {
            instants += [putBackTime(at: now)].compactMap { $0 }
        }
        if !substitutes.isEmpty, let retry, retry.at > now { instants.append(retry.at) }
        for router in memory.routers {
            if let expiry = router.expiry { instants.append(expiry.advanced(by: .microseconds(1) - .seconds(1))) }
            if link?.hasCarrier == true, hasSourceAddress, let renewal = nextRenewal(of: router) {
                instants.append(max(renewal, solicitations.earliest(at: now)))
            }
        }
        if link?.hasCarrier == true { instants += [addressKeeper.deadline(at: now)].compactMap { $0 } }
        if link?.hasCarrier == true, hasSourceAddress, needsRouter { instants.append(solicitations.earliest(at: now)) }
        return instants.min()
    }
}
