// Which routers the guard believes, and what those can and cannot do that it does not.
import Internet
import Netlink
import TestSupport
import Testing

@testable import Configuration
@testable import StateMachines

private let first = World.routers[0]
private let second = World.routers[1]

private func online(_ routers: [IPv6Address] = []) -> World {
    var wish = Wish(uplink: InterfaceName("eth0")!)
    wish.routers = routers
    var world = World(wish)
    world.start()
    world.advertise(first, lifetime: 1800)
    world.pass(.seconds(10))
    world.log = []
    return world
}

private func reports(_ world: World) -> [Report] {
    world.log.compactMap { if case .report(let report) = $0 { report } else { nil } }
}

@Suite struct BelievedRoutersTests {
    @Test func aRouterThatSaysItIsNoneIsBelieved() {
        var world = online()
        world.advertised[first] = nil
        world.tell(.routerGone(first))
        world.delete(world.learnt[0], by: .kernel)
        #expect(world.routes.isEmpty)
        #expect(reports(world) == [.lost(.noRouter)])
        world.advertise(first, lifetime: 1800)
        #expect(world.learnt.map(\.gateway) == [first])
    }

    @Test func theSubstituteOfSuchARouterGoes() {
        var world = online()
        world.delete(world.learnt[0], by: .process(4711))
        #expect(world.substitutes.map(\.gateway) == [first])
        world.tell(.routerGone(first))
        #expect(world.routes.isEmpty)
    }

    /// Whoever was never a router cannot keep a real withdrawal from being noted.
    @Test func withdrawalsOfStrangersAreNotRemembered() {
        var world = online()
        for number in 100..<200 {
            let stranger = IPv6Address(high: 0xfe80_0000_0000_0000, low: UInt64(number))
            world.tell(.routerGone(stranger))
            world.tell(.advertisement(from: stranger, lifetime: 0, preference: 0))
        }
        #expect(world.keeper.withdrawn.isEmpty && world.keeper.memory.routers.map(\.address) == [first])
        world.advertise(first, lifetime: 0)
        #expect(world.routes.isEmpty && reports(world) == [.lost(.withdrawal)])
    }

    @Test func aFurtherRouterIsNamedOnceAMinute() {
        var world = online()
        world.advertise(second, lifetime: 1800)
        world.advertise(World.routers[2], lifetime: 1800)
        world.advertise(second, lifetime: 1800)
        #expect(reports(world) == [.adopted(second)])
    }

    @Test func anotherRouterThanTheWishNamesIsNotPutBack() {
        var world = online([first])
        world.advertise(second, lifetime: 1800)
        #expect(world.keeper.memory.routers.map(\.address) == [first])
        for route in world.learnt { world.delete(route, by: .process(4711)) }
        #expect(world.substitutes.map(\.gateway) == [first])
        world.advertise(first, lifetime: 0)
        #expect(world.substitutes.isEmpty)
    }

    /// Its route has the better preference, or the kernel would not use it.
    @Test func theNamedRouterIsPreferredToAnotherThatAdvertisesItself() {
        var world = online([first])
        var rogue = world.learnt[0]
        rogue.gateway = second
        rogue.preference = 1
        world.routes.append(rogue)
        world.tell(.routeAdded(rogue, replacing: false))
        #expect(world.substitutes.map(\.gateway) == [first] && world.substitutes.map(\.metric) == [1023])
        #expect(reports(world) == [.overruled(rogue, .foreignRouter)])
        world.delete(rogue, by: .kernel)
        #expect(world.substitutes.isEmpty && world.learnt.count == 1)
    }

    @Test func aWishThatNamesRoutersLaterForgetsOthers() {
        var world = online()
        world.advertise(second, lifetime: 1800)
        var wish = Wish(uplink: InterfaceName("eth0")!)
        wish.routers = [second]
        world.kept = KeptUplink(wish: wish)
        world.tell(.poke("a test"))
        #expect(world.keeper.memory.routers.map(\.address) == [second])
        #expect(world.keeper.knownRouters == [second])
    }
}

@Suite struct FloodGateTests {
    private static let start = Instant(microseconds: 1_000_000)

    private func gate(after count: Int, at now: Instant = start) -> FloodGate {
        var gate = FloodGate()
        for _ in 0..<count { gate.consume(at: now) }
        return gate
    }

    @Test func opensAndNarrows() {
        #expect(gate(after: FloodGate.limit).opening == .everybody)
        var gate = gate(after: FloodGate.limit + 1)
        #expect(gate.opening == .knownRouters)
        #expect(gate.deadline == Self.start.advanced(by: .seconds(10)))
        gate.relax(at: Self.start.advanced(by: .seconds(9)))
        #expect(gate.opening == .knownRouters)
        gate.relax(at: Self.start.advanced(by: .seconds(10)))
        #expect(gate.opening == .everybody && gate.deadline == nil)
    }

    @Test func shutsWhereEvenKnownRoutersSendTooMuch() {
        var gate = gate(after: 2 * (FloodGate.limit + 1))
        #expect(gate.opening == .nobody && gate.deadline == Self.start.advanced(by: .seconds(1)))
        gate.relax(at: Self.start.advanced(by: .seconds(1)))
        #expect(gate.opening == .knownRouters && gate.deadline == Self.start.advanced(by: .seconds(11)))
    }

    @Test func slowMessagesNeverCount() {
        var gate = FloodGate()
        for second in 0..<100 {
            for _ in 0..<FloodGate.limit { gate.consume(at: Self.start.advanced(by: .seconds(second))) }
        }
        #expect(gate.opening == .everybody)
    }

    @Test func onceAMinute() {
        var sayer = OnceAMinute()
        #expect(sayer.consume(at: Self.start) == 1)
        #expect(sayer.consume(at: Self.start.advanced(by: .seconds(1))) == nil)
        #expect(sayer.consume(at: Self.start.advanced(by: .seconds(59))) == nil)
        #expect(sayer.consume(at: Self.start.advanced(by: .seconds(60))) == 3)
    }
}
