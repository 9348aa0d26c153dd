// The guard says once a start that the uplink is online, and by whose route.
import Internet
import Netlink
import TestSupport
import Testing

@testable import Configuration
@testable import StateMachines

@Suite struct OnlineReportTests {
    private func origins(_ world: World) -> [RouteOrigin] {
        world.log.compactMap { action in
            guard case .report(.online(let route, let isPinned)) = action else { return nil }
            return RouteOrigin(route, isPinned: isPinned)
        }
    }

    @Test func saidOnceARouterIsHeardAndNeverAgain() {
        var world = World()
        world.start()
        #expect(origins(world) == [])
        world.advertise(World.routers[0], lifetime: 1800)
        #expect(origins(world) == [.router])
        world.delete(world.learnt[0], by: .process(1))
        world.advertise(World.routers[0], lifetime: 1800)
        #expect(origins(world) == [.router])
    }

    @Test func aPinnedGatewayIsTold() {
        var wish = Wish(uplink: InterfaceName("eth0")!)
        wish.defaultRoute = .gateway(World.routers[0])
        var world = World(wish)
        world.start()
        #expect(origins(world) == [.pinned])
    }

    @Test func aGuardThatPutsTheRouteBackAsItStartsIsOnlineByItsOwn() {
        var world = World()
        world.start()
        world.advertise(World.routers[0], lifetime: 1800)
        let memory = world.keeper.memory
        world.routes = []
        world.keeper = Guard(KeptUplink(wish: Wish(uplink: InterfaceName("eth0")!)), memory: memory, seed: 42)
        world.log = []
        world.start()
        #expect(origins(world) == [.substitute])
    }
}
