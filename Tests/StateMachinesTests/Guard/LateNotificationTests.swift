// A guard that hears late, or not at all, what became of its own route.
import Internet
import Netlink
import TestSupport
import Testing

@Suite struct LateNotificationTests {
    private let first = World.routers[0]
    private let second = World.routers[1]

    private func online() -> World {
        var world = World()
        world.acceptRA = 2
        world.start()
        world.advertise(first, lifetime: 1800)
        world.log = []
        return world
    }

    @Test func aMissedDeletionOfItsOwnRouteIsFoundAfterAnOverrun() {
        var world = online()
        world.delete(world.learnt[0], by: .process(1))
        world.isDeaf = true
        world.delete(world.substitutes[0], by: .process(1))
        world.tell(.overrun)
        #expect(world.substitutes.count == 1)
    }

    @Test func whenTheRouterOfItsOwnRouteIsGoneItTakesAnother() {
        var world = online()
        world.advertise(second, lifetime: 1800)
        for route in world.learnt { world.delete(route, by: .process(1)) }
        #expect(world.substitutes.map(\.gateway) == [first] || world.substitutes.map(\.gateway) == [second])
        world.acceptRA = 0
        world.advertise(world.substitutes[0].gateway!, lifetime: 0)
        #expect(world.substitutes.count == 1)
    }

    /// The kernel will tell of the first advertisement's route when this second one has been heard.
    private func heardLate(lifetime: Int) -> World {
        var world = World()
        world.acceptRA = 2
        world.start()
        world.unheard = []
        world.advertise(first, lifetime: 1800)
        world.advertise(first, lifetime: lifetime)
        return world
    }

    @Test func aRouteThatIsToldLateDoesNotOutliveItsRouter() {
        var world = heardLate(lifetime: 30)
        world.catchUp()
        #expect(world.keeper.memory.routers.map(\.expiry) == [world.now.advanced(by: .seconds(30))])
    }

    /// The same when the second lifetime is over already.
    @Test func aRouteThatIsToldLateDoesNotReviveItsRouter() {
        var world = heardLate(lifetime: 1)
        world.now = world.now.advanced(by: .milliseconds(1))
        world.tell(.timer)
        world.catchUp()
        #expect(world.keeper.memory.routers.isEmpty)
        world.advertise(first, lifetime: 30)
        #expect(world.keeper.memory.routers.map(\.expiry) == [world.now.advanced(by: .seconds(30))])
    }

    /// Its own route is gone and cannot be given the new lifetime, so the state is read, before the kernel has acted.
    @Test func aRouteThatIsReadEarlyDoesNotOutliveItsRouter() {
        var world = online()
        world.delete(world.learnt[0], by: .process(1))
        world.isDeaf = true
        world.delete(world.substitutes[0], by: .process(1))
        world.advertise(first, lifetime: 1800)
        world.pass(.seconds(10))
        world.advertise(first, lifetime: 30)
        #expect(world.keeper.memory.routers.map(\.expiry) == [world.now.advanced(by: .seconds(30))])
    }

    /// The state is read before the removal is heard of.
    @Test func aRemovalThatIsToldLateMakesNoSecondRoute() {
        var world = online()
        world.delete(world.learnt[0], by: .process(1))
        world.unheard = []
        world.delete(world.substitutes[0], by: .process(1))
        world.tell(.poke("a test"))
        #expect(world.substitutes.count == 1)
        world.catchUp()
        #expect(world.substitutes.count == 1)
    }
}
