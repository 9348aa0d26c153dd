// A small model of a kernel and its link, for the guard to act on: what it is told and asked is as on the real one.
import Configuration
import Internet
import Netlink
import StateMachines

/// The kernel's default routes of one uplink, the routers on its link, and a guard that watches them.
package struct World {
    package static let index = InterfaceIndex(rawValue: 7)
    package static let routers = (1...3).map { IPv6Address(high: 0xfe80_0000_0000_0000, low: UInt64($0)) }

    package var now = Instant(microseconds: 1_000_000)
    package var link = Link(index: World.index, name: InterfaceName("eth0")!, flags: 0x41)
    package var routes: [Route] = []
    package var expiries: [Route: Instant] = [:]
    /// When each router's last advertisement ends, for those that have not withdrawn themselves.
    package var advertised: [IPv6Address: Instant] = [:]
    package var acceptRA = 1
    package var forwarding = false
    /// What stands in the administrator's files; nil if they do not keep the uplink.
    package var kept: KeptUplink?
    package var addresses = ["fe80::99/64", "2001:db8:1::10/64"].map {
        Address(interface: World.index, value: InterfaceAddress($0)!)
    }
    /// What keep6's own local routes go to.
    package var held: Set<IPv6Address> = []
    package var keeper: Guard
    package var log: [GuardAction] = []
    /// Notifications are lost until the next overrun.
    package var isDeaf = false
    /// What the kernel has told and the guard has not heard yet; nil while it hears at once.
    package var unheard: [GuardEvent]?
    /// The kernel refuses to give a route a new lifetime.
    package var refusesRefresh = false
    /// The kernel adds no address.
    package var refusesAddresses = false
    /// The kernel adds no route.
    package var refusesRoutes = false
    /// The kernel's state cannot be read.
    package var refusesToBeRead = false
    package var steps = 0

    package init(_ wish: Wish = Wish(uplink: InterfaceName("eth0")!), memory: GuardMemory = GuardMemory()) {
        self.init(KeptUplink(wish: wish), memory: memory)
    }

    package init(_ kept: KeptUplink, memory: GuardMemory = GuardMemory()) {
        self.kept = kept
        keeper = Guard(kept, memory: memory, seed: 42)
    }

    package var snapshot: Snapshot {
        var snapshot = Snapshot(link: link)
        snapshot.routes = link.isUp ? routes.map(withLifetime) : []
        snapshot.acceptRA = acceptRA
        snapshot.forwarding = forwarding
        snapshot.addresses = addresses
        return snapshot
    }

    package var substitutes: [Route] { routes.filter { $0.routeProtocol == .keep6 } }
    package var learnt: [Route] { routes.filter { $0.routeProtocol == .routerAdvertisement } }

    private func withLifetime(_ route: Route) -> Route {
        var route = route
        route.expires = expiries[route].map { UInt32(clamping: now.duration(to: $0).components.seconds) }
        return route
    }

    /// Hands an event to the guard and performs what it wants, as the shell does.
    package mutating func tell(_ event: GuardEvent) {
        if isDeaf, event != .overrun {
            switch event {
            case .timer, .advertisement, .routerGone: break
            default: return
            }
        }
        if event == .overrun { isDeaf = false }
        if unheard != nil, World.isNotification(event) {
            unheard?.append(event)
        } else {
            settle(event)
        }
    }

    private static func isNotification(_ event: GuardEvent) -> Bool {
        switch event {
        case .routeAdded, .routeRemoved, .linkChanged, .addressAdded, .addressRemoved, .forwarding: true
        default: false
        }
    }

    /// The guard hears, late, what it was told.
    package mutating func catchUp() {
        let events = unheard ?? []
        unheard = nil
        for event in events { settle(event) }
    }

    private mutating func settle(_ event: GuardEvent) {
        steps += 1
        precondition(steps < 10_000_000, "the guard never comes to rest")
        for action in keeper.handle(event, at: now) {
            log.append(action)
            if let outcome = perform(action) { settle(outcome) }
        }
    }

    private mutating func perform(_ action: GuardAction) -> GuardEvent? {
        switch action {
        case .add(let route):
            if !link.isUp { return .failed(action, code: 100, reason: "network is down") }
            if refusesRoutes { return .failed(action, code: 13, reason: "permission denied") }
            if routes.contains(where: { $0.metric == route.metric }) {
                return .failed(action, code: 17, reason: "exists")
            }
            insert(route, until: now.advanced(by: .seconds(Int64(route.expires ?? 1_000_000))))
            return .performed(action)
        case .refresh(let route):
            if refusesRefresh { return .failed(action, code: 22, reason: "invalid") }
            guard routes.contains(where: { $0.isSame(as: route) }) else {
                return .failed(action, code: 2, reason: "not there")
            }
            remove(route)
            insert(route, until: now.advanced(by: .seconds(Int64(route.expires ?? 1_000_000))))
            return .performed(action)
        case .remove(let route):
            guard routes.contains(where: { $0.isSame(as: route) }) else {
                return .failed(action, code: 3, reason: "no such process")
            }
            remove(route)
            return .performed(action)
        case .addAddress(let address):
            if refusesAddresses { return .failed(action, code: 13, reason: "permission denied") }
            if addresses.contains(where: { $0.value == address.value }) {
                return .failed(action, code: Address.isThere, reason: "exists")
            }
            addresses.append(address)
            return .performed(action)
        case .readWish:
            // Files are read for it.
            now = now.advanced(by: .milliseconds(1))
            return .wish(kept)
        case .correctAcceptRA:
            let found = acceptRA
            if let target = keeper.kept.acceptRATarget(from: found) { acceptRA = target }
            return .acceptRA(found: found, now: acceptRA)
        case .readState:
            if refusesToBeRead { return .failed(action, code: 16, reason: "busy") }
            return .snapshot(snapshot)
        case .hold(let address):
            held.insert(address.address)
            return .performed(action)
        case .release(let address):
            held.remove(address.address)
            return .performed(action)
        case .makeOptimistic: return .performed(action)
        case .probe, .solicit, .announce, .start, .ready, .remember, .report: return nil
        }
    }

    private mutating func insert(_ route: Route, until expiry: Instant) {
        var key = route
        key.expires = nil
        routes.append(key)
        expiries[key] = expiry
    }

    package mutating func remove(_ route: Route) {
        for gone in routes where gone.isSame(as: route) { expiries[gone] = nil }
        routes.removeAll { $0.isSame(as: route) }
    }
}

// MARK: - What can happen

extension World {
    package mutating func start() { tell(.snapshot(snapshot)) }

    /// A router advertises; the guard hears it before the kernel acts on it.
    package mutating func advertise(_ router: IPv6Address, lifetime: Int) {
        guard link.isUp else { return }
        advertised[router] = lifetime > 0 ? now.advanced(by: .seconds(Int64(lifetime))) : nil
        tell(.advertisement(from: router, lifetime: lifetime, preference: 0))
        guard acceptRA == 2 || acceptRA == 1 && !forwarding else { return }
        var route = Route()
        route.routeProtocol = .routerAdvertisement
        route.gateway = router
        route.interface = World.index
        route.metric = 1024
        let isKnown = routes.contains { $0.isSame(as: route) }
        if lifetime == 0 {
            if isKnown { delete(route, by: .kernel) }
            return
        }
        if !isKnown, routes.contains(where: { $0.metric == 1024 && $0.routeProtocol != .routerAdvertisement }) {
            return
        }
        remove(route)
        insert(route, until: now.advanced(by: .seconds(Int64(lifetime))))
        if !isKnown { tell(.routeAdded(withLifetime(route), replacing: false)) }
    }

    /// A neighbor advertisement without the R flag: the guard hears it first, then the kernel takes the routes away.
    package mutating func renounce(_ router: IPv6Address) {
        guard link.isUp else { return }
        advertised[router] = nil
        tell(.routerGone(router))
        for route in learnt where route.gateway == router { delete(route, by: .kernel) }
    }

    package mutating func delete(_ route: Route, by remover: Remover) {
        guard routes.contains(where: { $0.isSame(as: route) }) else { return }
        remove(route)
        tell(.routeRemoved(route, by: remover))
    }

    package mutating func delete(_ address: Address) {
        guard addresses.contains(where: { $0.value == address.value }) else { return }
        addresses.removeAll { $0.value == address.value }
        tell(.addressRemoved(address))
    }

    /// Forwarding goes on, and with accept_ra 1 the kernel drops what it learnt.
    package mutating func forward() {
        forwarding = true
        tell(.forwarding(true))
        guard acceptRA != 2 else { return }
        for route in learnt { delete(route, by: .kernel) }
    }

    /// `ip -6 route replace default via GATEWAY`, metric 1024: it takes the place of the first route of that metric.
    package mutating func putInPlace(of gateway: IPv6Address) {
        guard link.isUp else { return }
        var route = Route()
        route.routeProtocol = RouteProtocol(rawValue: 3)
        route.gateway = gateway
        route.interface = World.index
        route.metric = 1024
        let replaced = routes.first { $0.metric == 1024 }
        if let replaced { remove(replaced) }
        insert(route, until: now.advanced(by: .seconds(1_000_000)))
        tell(.routeAdded(route, replacing: replaced != nil))
    }

    package mutating func setLink(up: Bool) {
        link.flags = up ? 0x41 : 0
        let gone = routes
        if !up {
            routes = []
            expiries = [:]
        }
        tell(.linkChanged(link))
        if !up { for route in gone { tell(.routeRemoved(route, by: .kernel)) } }
    }

    /// Lets time pass: timers fire when they are due, lifetimes end.
    package mutating func pass(_ duration: Duration) {
        // Late is a matter of microseconds.
        catchUp()
        let end = now.advanced(by: duration)
        while true {
            let deadline = keeper.deadline(at: now).map { max($0, now.advanced(by: .milliseconds(1))) }
            let expiry = expiries.values.min()
            guard let next = [deadline, expiry].compactMap({ $0 }).min(), next <= end else { break }
            now = max(next, now)
            for (route, expiry) in expiries where expiry <= now { delete(route, by: .kernel) }
            guard deadline.map({ $0 <= now }) == true else { continue }
            tell(.timer)
            precondition(keeper.deadline(at: now).map { $0 > now } ?? true, "a timer that has fired is due again")
        }
        now = end
    }
}
