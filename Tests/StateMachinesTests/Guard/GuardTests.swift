// The guard's promises, one at a time, on the model of a kernel.
import Internet
import Netlink
import TestSupport
import Testing

@testable import Configuration
@testable import StateMachines

private let first = World.routers[0]
private let second = World.routers[1]

/// A world whose guard watches and where one router advertised itself.
private func online(_ wish: Wish = Wish(uplink: InterfaceName("eth0")!)) -> World {
    var world = World(wish)
    world.start()
    world.advertise(first, lifetime: 1800)
    world.pass(.seconds(10))
    world.advertise(first, lifetime: 1800)
    world.log = []
    return world
}

@Suite struct GuardTests {
    @Test func aRouteThatAProgramDeletesIsPutBackAtOnce() {
        var world = online()
        world.delete(world.learnt[0], by: .process(4711))
        #expect(world.substitutes.map(\.gateway) == [first])
        #expect(world.substitutes[0].metric == 1025)
        #expect(world.log.first == .add(world.keeper.substitutes[0]))
        #expect(world.log.contains(.solicit(tellsLinkLayerAddress: true)))
    }

    /// The poke reads the state, and the state that is read must not hide what was added meanwhile.
    @Test func aPokeJustBeforeARouteIsDueAddsOne() {
        var world = World()
        world.acceptRA = 0
        world.start()
        world.advertise(first, lifetime: 1800)
        world.now = world.now.advanced(by: .microseconds(249_500))
        world.tell(.poke("a test"))
        #expect(world.substitutes.map(\.metric) == [1025])
        #expect(world.keeper.substitutes.map(\.metric) == [1025])
    }

    @Test func theLifetimeOfTheSubstituteIsWhatIsLeft() throws {
        var world = online()
        world.pass(.seconds(600))
        world.delete(world.learnt[0], by: .process(1))
        #expect(world.keeper.substitutes[0].expires == 1200)
    }

    @Test func forwardingWithAcceptRA1LosesNothing() {
        var world = online()
        world.acceptRA = 1
        world.forward()
        #expect(world.acceptRA == 2)
        #expect(!world.routes.isEmpty)
    }

    @Test func thePurgeIsPutBackWithAcceptRARight() {
        var world = online()
        world.forwarding = true
        world.acceptRA = 1
        world.delete(world.learnt[0], by: .kernel)
        #expect(world.acceptRA == 2)
        #expect(world.substitutes.map(\.gateway) == [first])
        #expect(world.keeper.memory.lastLoss?.cause == Cause.kernel.clause)
    }

    @Test func theSubstituteGoesWhenTheRealRouteIsBack() {
        var world = online()
        world.delete(world.learnt[0], by: .process(1))
        world.advertise(first, lifetime: 1800)
        #expect(world.substitutes.isEmpty)
        #expect(world.learnt.count == 1)
    }

    @Test func aWithdrawalIsBelieved() {
        var world = online()
        world.advertise(first, lifetime: 0)
        #expect(world.routes.isEmpty)
        #expect(world.log.contains(.report(.lost(.withdrawal))))
        world.pass(.seconds(5000))
        #expect(world.routes.isEmpty)
    }

    @Test func aWithdrawalTakesTheSubstituteWithIt() {
        var world = online()
        world.delete(world.learnt[0], by: .process(1))
        world.advertise(first, lifetime: 0)
        #expect(world.routes.isEmpty)
    }

    @Test func anotherRoutersRouteIsEnough() {
        var world = online()
        world.advertise(second, lifetime: 1800)
        world.delete(world.learnt.first { $0.gateway == first }!, by: .process(1))
        #expect(world.substitutes.isEmpty)
    }

    @Test func aLifetimeThatRanOutIsBelieved() {
        var world = World()
        world.start()
        world.advertise(first, lifetime: 30)
        world.pass(.seconds(40))
        #expect(world.routes.isEmpty)
        #expect(world.keeper.memory.lastLoss?.cause == Cause.expiry.clause)
    }

    @Test func routersAreAskedBeforeTheirLifetimeEnds() {
        var world = online()
        world.pass(.seconds(1799))
        #expect(world.log.filter { $0 == .solicit(tellsLinkLayerAddress: true) }.count == 3)
    }

    @Test func deletingAgainAndAgainIsMetEverMoreSlowlyAndSaid() {
        var world = online()
        world.delete(world.learnt[0], by: .process(9))
        func count(_ isMeant: (GuardAction) -> Bool) -> Int { world.log.filter(isMeant).count }
        let isAddition = { (action: GuardAction) in if case .add = action { true } else { false } }
        func deleteForAMinute() {
            for _ in 0..<600 {
                if let route = world.substitutes.first { world.delete(route, by: .process(9)) }
                world.pass(.milliseconds(100))
            }
        }
        deleteForAMinute()
        #expect((500...610).contains(count(isAddition)))
        #expect(count { if case .report(.fight) = $0 { true } else { false } } == 1)
        #expect(count { if case .report(.restored) = $0 { true } else { false } } < 30)
        deleteForAMinute()
        world.log = []
        deleteForAMinute()
        #expect(count(isAddition) <= 2)
    }

    @Test func aTakenMetricIsSteppedOver() {
        var world = online()
        var other = Route()
        other.routeProtocol = RouteProtocol(rawValue: 4)
        other.metric = 1025
        other.gateway = second
        other.interface = InterfaceIndex(rawValue: 99)
        world.routes.append(other)
        world.delete(world.learnt[0], by: .process(1))
        #expect(world.substitutes.map(\.metric) == [1026])
    }

    @Test func aReplacedRouteIsKeptBehindTheNewOne() {
        var world = online()
        var bad = Route()
        bad.routeProtocol = RouteProtocol(rawValue: 3)
        bad.metric = 1024
        bad.gateway = second
        bad.interface = World.index
        world.remove(world.learnt[0])
        world.routes.append(bad)
        world.tell(.routeAdded(bad, replacing: true))
        #expect(world.substitutes.map(\.gateway) == [first])
        #expect(world.keeper.memory.lastLoss?.cause == Cause.replaced.clause)
    }

    @Test func aRouteToADeadGatewayIsOverruledUntilItGoes() {
        var world = online()
        var bad = Route()
        bad.routeProtocol = RouteProtocol(rawValue: 3)
        bad.metric = 1024
        bad.gateway = second
        bad.interface = World.index
        world.routes.append(bad)
        world.tell(.routeAdded(bad, replacing: false))
        #expect(world.substitutes.isEmpty)
        world.tell(.neighborFailed(second))
        #expect(world.substitutes.map(\.metric) == [1023])
        #expect(world.substitutes.map(\.gateway) == [first])
        world.delete(bad, by: .process(1))
        #expect(world.substitutes.isEmpty)
        #expect(world.learnt.count == 1)
    }

    @Test func aLifetimeThatTheKernelRefusesIsTriedAgainLater() {
        var world = online()
        world.acceptRA = 0
        world.delete(world.learnt[0], by: .process(1))
        world.refusesRefresh = true
        let before = world.steps
        world.advertise(first, lifetime: 30)
        #expect(world.steps - before < 10)
        world.refusesRefresh = false
        world.pass(.seconds(2))
        #expect(world.keeper.retry == nil)
        #expect(world.keeper.substitutes.first?.expires ?? 0 <= 30)
    }

    @Test func aMissedDeletionIsFoundAfterAnOverrun() {
        var world = online()
        world.isDeaf = true
        world.delete(world.learnt[0], by: .process(1))
        #expect(world.routes.isEmpty)
        world.tell(.overrun)
        #expect(world.substitutes.map(\.gateway) == [first])
    }

    @Test func whatAGuardRemembersTheNextOnePutsBack() {
        let before = online()
        var world = World(memory: before.keeper.memory)
        world.now = before.now
        world.start()
        #expect(world.substitutes.map(\.gateway) == [first])
    }

    @Test func aLinkThatComesBackGetsItsRouteBack() {
        var world = online()
        world.setLink(up: false)
        #expect(world.routes.isEmpty)
        world.setLink(up: true)
        #expect(world.substitutes.map(\.gateway) == [first])
    }

    @Test func aPinnedGatewayIsAlwaysThere() {
        var wish = Wish(uplink: InterfaceName("eth0")!)
        wish.defaultRoute = .gateway(second)
        var world = World(wish)
        world.start()
        #expect(world.substitutes.map(\.gateway) == [second])
        #expect(world.substitutes.map(\.metric) == [512])
        world.delete(world.substitutes[0], by: .process(1))
        #expect(world.substitutes.map(\.gateway) == [second])
    }

    @Test func routeOffKeepsNoRoute() {
        var wish = Wish(uplink: InterfaceName("eth0")!)
        wish.defaultRoute = .off
        var world = online(wish)
        world.delete(world.learnt[0], by: .process(1))
        #expect(world.substitutes.isEmpty)
        #expect(world.acceptRA == 2)
    }

    @Test func anAdvertisementThatNobodyActsOnIsActedOnAfterAWhile() {
        var world = World()
        world.acceptRA = 0
        world.start()
        world.advertise(first, lifetime: 600)
        #expect(world.routes.isEmpty)
        world.pass(.milliseconds(300))
        #expect(world.substitutes.map(\.gateway) == [first])
        #expect(world.acceptRA == 0)
    }

    @Test func readyWaitsOnlyWhenAsked() {
        var patient = Wish(uplink: InterfaceName("eth0")!)
        patient.wait = 30
        var world = World(patient)
        world.start()
        #expect(!world.log.contains(.ready))
        world.advertise(first, lifetime: 600)
        #expect(world.log.contains(.ready))
        var late = World(patient)
        late.start()
        late.pass(.seconds(31))
        #expect(late.log.contains(.report(.ready(waitedFor: "a default route", .kernel))))
        var hasty = World()
        hasty.start()
        #expect(hasty.log.contains(.ready))
    }

    @Test func unitsStartOnceTheRouteIsThere() {
        var wish = Wish(uplink: InterfaceName("eth0")!)
        wish.start = [UnitName("libvirtd.service")!]
        var world = World(wish)
        world.start()
        #expect(!world.log.contains(.start(wish.start[0])))
        world.advertise(first, lifetime: 600)
        world.delete(world.learnt[0], by: .process(1))
        #expect(world.log.filter { $0 == .start(wish.start[0]) }.count == 1)
    }

    @Test func lookingAgainChangesNothing() {
        var world = online()
        world.tell(.snapshot(world.snapshot))
        let changes = world.log.filter {
            switch $0 {
            case .correctAcceptRA: false
            default: true
            }
        }
        #expect(changes.isEmpty)
    }
}
