// Random sequences of events, and what must hold after each of them.
import Internet
import Netlink
import Testing

@testable import Keep6

@Suite struct GuardPropertyTests {
    @Test(arguments: UInt64(1)...200)
    func invariantsHold(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var world = World()
        world.start()
        for step in 0..<300 {
            let event = happen(in: &world, &random)
            let place = Comment(rawValue: "seed " + String(seed) + ", step " + String(step) + ": " + event)
            check(world, place)
            if Bool.random(using: &random) {
                world.tell(.overrun)
                let before = world.routes
                world.tell(.snapshot(world.snapshot))
                #expect(world.routes == before, place)
                check(world, place, heardAll: true)
            }
        }
    }

    /// Lets one thing happen; returns its name.
    private func happen(in world: inout World, _ random: inout SeededGenerator) -> String {
        let router = World.routers.randomElement(using: &random)!
        switch Int.random(in: 0..<13, using: &random) {
        case 0...3:
            let lifetime = [0, 1, 5, 30, 1800, 65535].randomElement(using: &random)!
            world.advertise(router, lifetime: lifetime)
            return "advertisement for " + String(lifetime) + " s"
        case 4:
            if let route = world.routes.randomElement(using: &random) {
                world.delete(route, by: .process(99))
            }
            return "deletion by a process"
        case 5:
            if let route = world.learnt.randomElement(using: &random) { world.delete(route, by: .kernel) }
            return "deletion by the kernel"
        case 6:
            world.acceptRA = Int.random(in: 0...2, using: &random)
            world.forward()
            return "forwarding"
        case 7:
            world.setLink(up: Bool.random(using: &random))
            return "link"
        case 9:
            world.renounce(router)
            return "no router any more"
        case 8:
            world.isDeaf = true
            return "notifications lost"
        default:
            world.pass(.milliseconds(Int.random(in: 1...200_000, using: &random)))
            return "time"
        }
    }

    private func check(_ world: World, _ place: Comment, heardAll: Bool = false) {
        #expect(world.substitutes.count <= 1, "two routes of keep6's own; \(place)")
        for route in world.substitutes {
            let expiry = world.advertised[route.gateway!]
            #expect(expiry != nil, "the route of a router that withdrew itself; \(place)")
            if let expiry, let end = world.expiries[route] {
                #expect(end <= expiry, "longer than the router's lifetime; \(place)")
            }
        }
        guard heardAll, world.link.isUp, world.routes.isEmpty, !world.keeper.candidates(at: world.now).isEmpty else {
            return
        }
        #expect(world.keeper.deadline(at: world.now) != nil, "offline, and nothing will ever change that; \(place)")
    }
}
