// Two routers on the link, of which one dies without a word.
import Internet
import Netlink
import TestSupport
import Testing

@testable import StateMachines

@Suite struct SeveralRoutersTests {
    private let first = World.routers[0]
    private let second = World.routers[1]

    /// Online by the first router, with the second heard afterwards.
    private func world() -> World {
        var world = World()
        world.acceptRA = 2
        world.start()
        world.advertise(first, lifetime: 1800)
        world.log = []
        world.advertise(second, lifetime: 1800)
        return world
    }

    private func reports(_ world: World) -> [Report] {
        world.log.compactMap { if case .report(let report) = $0 { report } else { nil } }
    }

    @Test func aRouterThatSpeaksHasTheKernelAskTheOthers() {
        var world = world()
        #expect(world.log.contains(.probe(first)) && !world.log.contains(.probe(second)))
        world.log = []
        world.advertise(first, lifetime: 1800)
        #expect(!world.log.contains(.probe(second)), "not twice in three seconds")
        world.pass(.seconds(3))
        world.advertise(first, lifetime: 1800)
        #expect(world.log.contains(.probe(second)) && !world.log.contains(.probe(first)))
    }

    @Test func theOnlyRouterIsNotAsked() {
        var world = World()
        world.start()
        for _ in 0..<3 {
            world.advertise(first, lifetime: 1800)
            world.pass(.seconds(10))
        }
        #expect(!world.log.contains(.probe(first)))
    }

    @Test func aSilentRouterIsLeftForAnotherUntilItSpeaks() {
        var world = world()
        world.tell(.neighborFailed(first))
        #expect(world.substitutes.map(\.gateway) == [second] && world.substitutes.map(\.metric) == [1023])
        let isSaid = reports(world).contains {
            if case .overruled(let route, .deadRouter) = $0 { route.gateway == first } else { false }
        }
        #expect(isSaid)
        world.tell(.neighborFailed(first))
        #expect(world.substitutes.count == 1)
        world.advertise(first, lifetime: 1800)
        #expect(world.substitutes.isEmpty)
    }

    @Test func whereNoneAnswersNothingChanges() {
        var world = world()
        world.tell(.neighborFailed(first))
        world.tell(.neighborFailed(second))
        #expect(world.substitutes.isEmpty)
        #expect(world.learnt.count == 2)
    }

    @Test func theOnlyRouterIsKeptThoughItDoesNotAnswer() {
        var world = World()
        world.acceptRA = 2
        world.start()
        world.advertise(first, lifetime: 1800)
        world.tell(.neighborFailed(first))
        #expect(world.substitutes.isEmpty)
        world.delete(world.learnt[0], by: .process(99))
        #expect(world.substitutes.map(\.gateway) == [first])
    }

    @Test func aLostRouteIsPutBackThroughTheRouterThatAnswers() {
        var world = world()
        world.tell(.neighborFailed(first))
        for route in world.routes { world.delete(route, by: .process(99)) }
        #expect(world.substitutes.map(\.gateway) == [second])
    }
}
