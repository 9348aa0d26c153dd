// What the guard does where the kernel refuses what it asks for: it tries again, not at once, and says it once.
import Internet
import Netlink
import TestSupport
import Testing

@testable import Configuration
@testable import StateMachines

@Suite struct GuardFailureTests {
    private let router = World.routers[0]

    private func failures(_ world: World) -> [String] {
        world.log.compactMap { if case .report(.failed(let reason)) = $0 { reason } else { nil } }
    }

    @Test func aFirstRouteThatIsRefusedIsTriedAgainEverMoreSlowly() {
        var world = World()
        world.acceptRA = 0
        world.refusesRoutes = true
        world.start()
        world.advertise(router, lifetime: 1800)
        world.pass(.seconds(60))
        let additions = world.log.count { if case .add = $0 { true } else { false } }
        #expect((4...7).contains(additions))
        #expect(failures(world) == ["permission denied; keep6 tries again in 1 s"])
        world.refusesRoutes = false
        world.pass(.seconds(60))
        #expect(world.substitutes.count == 1)
    }

    @Test func aRouteThatWasRefusedIsTriedAtOnceWhenIPv6IsOnAgain() {
        var world = World()
        world.start()
        world.advertise(router, lifetime: 1800)
        world.refusesRoutes = true
        world.delete(world.learnt[0], by: .kernel)
        let linkLocal = world.addresses[0]
        world.delete(linkLocal)
        world.refusesRoutes = false
        world.pass(.milliseconds(50))
        #expect(world.substitutes.isEmpty)
        world.addresses.append(linkLocal)
        world.tell(.addressAdded(linkLocal))
        #expect(world.substitutes.count == 1)
    }

    @Test func aStateThatCannotBeReadAfterLostEventsIsReadAgain() {
        var world = World()
        world.start()
        world.advertise(router, lifetime: 1800)
        world.isDeaf = true
        world.delete(world.learnt[0], by: .process(9))
        world.refusesToBeRead = true
        world.tell(.overrun)
        world.pass(.seconds(5))
        #expect(world.routes.isEmpty)
        #expect(failures(world) == ["busy"])
        world.refusesToBeRead = false
        world.pass(.seconds(2))
        #expect(world.substitutes.count == 1)
    }

    @Test func aStateThatCannotBeReadAtTheStartIsReadAgain() {
        var world = World()
        world.refusesToBeRead = true
        world.tell(.poke("it starts"))
        world.pass(.seconds(5))
        #expect(!world.log.contains(.ready))
        world.refusesToBeRead = false
        world.pass(.seconds(2))
        #expect(world.log.contains(.ready))
    }

    @Test func addressesThatAreRefusedInTurnAreSaidOnceEach() {
        var world = World()
        world.start()
        for _ in 0..<10 {
            for reason in ["one", "other"] {
                world.tell(.failed(.solicit(tellsLinkLayerAddress: true), code: 1, reason: reason))
            }
        }
        #expect(failures(world) == ["one", "other"])
    }

    @Test func aMetricThatIsTakenAtTheEndOfAllIsNoEndlessLoop() {
        var world = World(Wish(uplink: InterfaceName("eth0")!))
        world.acceptRA = 0
        world.start()
        world.advertise(router, lifetime: 1800)
        world.keeper.memory.routers[0].metric = .max
        world.keeper.takenMetrics = [.max]
        world.pass(.seconds(2))
        #expect(world.substitutes.map(\.metric) == [.max])
    }

    @Test func aRenewalIsNotCountedBeforeItIsSent() {
        var world = World()
        world.start()
        world.advertise(router, lifetime: 1800)
        let before = world.log.count
        let own = world.addresses
        for address in own { world.delete(address) }
        world.pass(.seconds(1600))
        #expect(!world.log.dropFirst(before).contains(.solicit(tellsLinkLayerAddress: true)))
        for address in own { world.tell(.addressAdded(address)) }
        world.pass(.seconds(190))
        #expect(world.log.dropFirst(before).count { $0 == .solicit(tellsLinkLayerAddress: true) } == 3)
    }
}
