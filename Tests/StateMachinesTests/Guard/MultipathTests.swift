// Default routes that the kernel has made one of: whose hops they are is not told, and must not be guessed.
import Internet
import Netlink
import TestSupport
import Testing

@Suite struct MultipathTests {
    private static let dead = IPv6Address("fe80::bad")!

    private static func hop(_ gateway: IPv6Address, of protocolNumber: RouteProtocol) -> Route {
        var route = Route()
        route.gateway = gateway
        route.interface = World.index
        route.metric = 1024
        route.routeProtocol = protocolNumber
        route.isOneOfSeveral = true
        return route
    }

    /// `ip -6 route replace default via fe80::bad`, whereupon networkd adds its own route again: one route of two hops.
    private func mixed() -> World {
        var world = World()
        world.acceptRA = 0
        world.start()
        world.advertise(World.routers[0], lifetime: 1800)
        let boot = RouteProtocol(rawValue: 3)
        world.routes = [
            MultipathTests.hop(MultipathTests.dead, of: boot), MultipathTests.hop(World.routers[0], of: boot),
        ]
        world.tell(.routeAdded(MultipathTests.hop(World.routers[0], of: .routerAdvertisement), replacing: false))
        world.tell(.routeAdded(MultipathTests.hop(MultipathTests.dead, of: .routerAdvertisement), replacing: false))
        return world
    }

    @Test func aHopBesideTheRoutersIsNoRouter() {
        let world = mixed()
        #expect(world.keeper.memory.routers.map(\.address) == [World.routers[0]])
        #expect(world.keeper.realRoutes.map(\.gateway) == [World.routers[0]])
    }

    @Test func theRoutersHopThatGoesIsPutBack() {
        var world = mixed()
        let gone = world.routes.removeLast()
        world.routes[0].isOneOfSeveral = false
        world.tell(.routeRemoved(gone, by: .process(7)))
        #expect(world.substitutes.map(\.gateway) == [World.routers[0]])
    }

    @Test func bothHopsThatGoOneByOneAreNoticed() {
        var world = mixed()
        var dead = world.routes.removeFirst()
        dead.isOneOfSeveral = false
        world.routes[0].isOneOfSeveral = false
        world.tell(.routeRemoved(dead, by: .process(7)))
        #expect(world.substitutes.isEmpty)
        let gone = world.routes.removeLast()
        world.tell(.routeRemoved(gone, by: .process(7)))
        #expect(world.substitutes.map(\.gateway) == [World.routers[0]])
    }

    @Test func hopsOfUnknownRoutersHaveARouterAsked() {
        var world = World()
        world.acceptRA = 0
        world.routes = World.routers.prefix(2).map { MultipathTests.hop($0, of: .routerAdvertisement) }
        world.start()
        #expect(world.log.contains(.solicit(tellsLinkLayerAddress: true)))
        #expect(world.keeper.memory.routers.isEmpty)
    }
}
