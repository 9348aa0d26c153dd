// Wishes other than to keep what the router advertised.
import CLinux
import Internet
import Linux
import Netlink
import TestSupport
import Testing

@Suite(
    "keep6-default-route", .needsRoot)
struct PinnedGatewayTests {
    static let gateways = ["fe80::ff:fe00:1", "2001:db8:1::1"]

    @Test("pins a gateway: its route is there from the start, and again when it is deleted", arguments: gateways)
    func pinned(gateway: String) throws {
        let host = try KeptHost()
        #expect(try host.hook("pre-up", ["IF_KEEP6_DEFAULT_ROUTE": gateway]).code == 0)
        let keeper = try host.startGuard()
        let routes = try host.defaultRoutes
        #expect(routes.map(\.gateway) == [IPv6Address(gateway)])
        #expect(routes.map(\.metric) == [512])
        #expect(routes.map(\.routeProtocol) == [.keep6])
        #expect(try host.isOnline())
        let ip = try host.ip("route del default")
        try keeper.errors.line(with: "deleted by 'ip' (pid \(ip.pid)); put back via \(gateway) after ")
        #expect(try host.defaultRoutes == routes)
        #expect(try host.isOnline())
    }

    /// As some providers have it: the host's /64 is on the link, and the gateway in none of the link's prefixes.
    @Test("pins a gateway that no prefix of the link covers")
    func outside() throws {
        let gateway = "2001:db8:1:ff:ff:ff:ff:ff"
        let host = try KeptHost()
        try host.router.sh(
            "ip address flush dev up0 scope global; ip address add \(gateway)/128 dev up0 nodad;"
                + " ip -6 route add 2001:db8:1::/64 dev up0")
        #expect(throws: (any Error).self, "without a flag the kernel takes no such gateway") {
            try host.host.sh("ip -6 route add default via \(gateway) dev eth0")
        }
        #expect(try host.hook("pre-up", ["IF_KEEP6_DEFAULT_ROUTE": gateway]).code == 0)
        let keeper = try host.startGuard()
        #expect(try host.defaultRoutes.map(\.gateway) == [IPv6Address(gateway)])
        #expect(try host.defaultRoutes.map { $0.flags & Route.onLink } == [Route.onLink])
        #expect(try host.isOnline())
        let ip = try host.ip("route del default")
        try keeper.errors.line(with: "deleted by 'ip' (pid \(ip.pid)); put back via \(gateway) after ")
        #expect(try host.isOnline())
    }

    @Test("pins a gateway on a link that comes up later")
    func late() throws {
        let host = try KeptHost()
        #expect(try host.hook("pre-up", ["IF_KEEP6_DEFAULT_ROUTE": "fe80::ff:fe00:1"]).code == 0)
        try host.host.sh("ip link set eth0 down")
        let keeper = try host.startGuard()
        #expect(try host.defaultRoutes.isEmpty)
        try host.host.sh("ip link set eth0 up")
        try host.wait(for: "the pinned gateway's route") { $0.map(\.metric) == [512] }
        #expect(try keeper.end() == 0)
    }

    @Test("off keeps none")
    func off() throws {
        let (host, keeper) = try KeptHost.withLearntRoute(
            speaksUnasked: true, options: ["IF_KEEP6_DEFAULT_ROUTE": "off"])
        let ears = try host.listen()
        try host.host.sh("ip -6 route del default")
        try keeper.send(SIGHUP)
        try keeper.errors.line(with: "checked everything again")
        // It performs in order: what it does now, it does behind the look.
        #expect(try keeper.end() == 0)
        #expect(try host.defaultRoutes.isEmpty)
        #expect(!keeper.errors.lines.contains { $0.contains("put back") })
        while let heard = try ears.receive() {
            for case .routeAdded(let route, _, _) in heard where route.routeProtocol == .keep6 {
                Issue.record("there was \(route)")
            }
        }
    }
}
