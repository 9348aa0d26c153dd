// Random sequences of events, and what must hold after each of them.
import Foundation
import Internet
import Netlink
import TestSupport
import Testing

@testable import Configuration

/// KEEP6_EVENTS says how many events there are; `make fuzz` runs ten million of them.
@Suite struct GuardPropertyTests {
    private static let events = ProcessInfo.processInfo.environment["KEEP6_EVENTS"].flatMap(UInt64.init) ?? 60_000
    private static let eventsOfASequence: UInt64 = 300
    private static let shards: UInt64 = 4

    @Test(arguments: 0..<shards)
    func invariantsHold(shard: UInt64) {
        let sequences = max(Self.events / Self.eventsOfASequence / Self.shards, 1)
        for number in 0..<sequences {
            let seed = number * Self.shards + shard + 1
            if let violation = violation(seed: seed) {
                Issue.record("seed \(seed): \(violation)")
                return
            }
        }
    }

    /// The first thing in a sequence that must not be; nil if there is none.
    private func violation(seed: UInt64) -> String? {
        var random = SeededGenerator(seed: seed)
        var wish = Wish(uplink: InterfaceName("eth0")!)
        if Int.random(in: 0..<4, using: &random) == 0 { wish.routers = [World.routers[0], World.routers[1]] }
        var kept = KeptUplink(wish: wish)
        kept.staticAddresses = [Happening.address]
        kept.configuredInterface = World.index
        var world = World(kept)
        world.start()
        for step in 0..<Self.eventsOfASequence {
            let happening = Happening.random(using: &random)
            let event = happening.title
            happening.inModel(&world, &random)
            if let wrong = wrong(in: world) { return "step \(step), \(event): \(wrong)" }
            guard Bool.random(using: &random) else { continue }
            world.catchUp()
            if let wrong = wrong(in: world) { return "step \(step), \(event), heard late: \(wrong)" }
            world.tell(.overrun)
            world.log = []
            let before = Set(world.routes)
            world.tell(.snapshot(world.snapshot))
            world.tell(.timer)
            guard Set(world.routes) == before else { return "step \(step), \(event): it does not come to rest" }
            let wrong = wrong(in: world) ?? wronglyHeld(in: world) ?? stuck(in: world)
            if let wrong { return "step \(step), \(event), read anew: \(wrong)" }
        }
        return nil
    }

    private func wrong(in world: World) -> String? {
        let substitutes = world.substitutes
        if substitutes.count > 1 { return "two routes of keep6's own" }
        guard let route = substitutes.first, let router = route.gateway else { return nil }
        guard let expiry = world.advertised[router] else { return "the route of a router that withdrew itself" }
        // The kernel tells of a route's lifetime in whole seconds.
        if let end = world.expiries[route], expiry.duration(to: end) >= .seconds(1) {
            return "longer than the router's lifetime"
        }
        if !world.keeper.wish.believes(router) { return "the route of a router that the wish does not name" }
        return nil
    }

    /// Once all is heard, the address is held where it is there, and nothing where the link has no carrier.
    private func wronglyHeld(in world: World) -> String? {
        let isThere = world.addresses.contains { $0.value == Happening.address }
        let isRight = world.link.isUp ? !isThere || world.held == [Happening.address.address] : world.held == []
        return isRight ? nil : "held are \(world.held)"
    }

    private func stuck(in world: World) -> String? {
        guard world.link.isUp else { return nil }
        let hasAddress = { (world: World) in world.addresses.contains { $0.value == Happening.address } }
        let lacksRoute = world.routes.isEmpty && !world.keeper.candidates(at: world.now).isEmpty
        guard lacksRoute || !hasAddress(world) else { return nil }
        // A fight may put the repair off, by a minute at most; a route that others are to make, by less.
        var future = world
        future.pass(.seconds(70))
        if !hasAddress(future) { return "without its address, and still a minute later" }
        let isOffline = lacksRoute && future.routes.isEmpty && !future.keeper.candidates(at: future.now).isEmpty
        return isOffline ? "offline, and still a minute later" : nil
    }
}
