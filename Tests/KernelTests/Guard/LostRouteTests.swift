// What takes a default route away, and the guard that puts it back; the shipped executable on a real kernel.
import Foundation
import Internet
import Linux
import Netlink
import TestSupport
import Testing

@Suite(
    "A guard that watches", .needsRoot)
struct LostRouteTests {
    @Test("puts back a default route that ip deletes, names ip, and leaves it to the router's own")
    func deleted() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        let ip = try host.ip("route del default")
        let sentence = try keeper.errors.line(with: "put back via fe80::ff:fe00:1 after ")
        #expect(sentence.contains("'eth0': the default route was lost, deleted by 'ip' (pid \(ip.pid));"))
        try keeper.errors.line(with: "the router's own default route via fe80::ff:fe00:1 is back")
        try host.waitForLearntRoute()
        #expect(try host.isOnline())
    }

    @Test("keeps the host online when accept_ra is set to 1 and forwarding is turned on")
    func forwarding() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        try purge(host, under: keeper)
        try keeper.errors.line(with: "lost, forwarding was turned on; put back via fe80::ff:fe00:1 after ")
        try keeper.errors.line(with: "the router's own default route via fe80::ff:fe00:1 is back")
        #expect(keeper.errors.lines.contains { $0.contains("accept_ra was 1,") && $0.contains("it is 2 now") })
        #expect(try host.acceptRA() == 2)
        try host.waitForLearntRoute()
        #expect(try host.isOnline())
    }

    @Test("keeps the host online when 1 is written over 1 to forwarding, which the kernel does not announce")
    func forwardingAgain() throws {
        let (host, keeper) = try KeptHost.withLearntRoute(forwarding: true)
        try purge(host, under: keeper)
        try keeper.errors.line(with: "put back via fe80::ff:fe00:1 after ")
        try keeper.errors.line(with: "the router's own default route via fe80::ff:fe00:1 is back")
        #expect(keeper.errors.lines.contains { $0.contains("accept_ra was 1,") && $0.contains("it is 2 now") })
        #expect(try host.acceptRA() == 2)
        try host.waitForLearntRoute()
    }

    /// Has the kernel drop the learnt route while the guard, which would put accept_ra right, does nothing.
    private func purge(_ host: KeptHost, under keeper: PipedProgram) throws {
        try keeper.send(SIGSTOP)
        try host.setAcceptRA(1)
        try host.setForwarding(1)
        try keeper.send(SIGCONT)
    }

    @Test("puts back the default route when all of them are flushed")
    func flushed() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        #expect(try host.run("/usr/sbin/ip", ["-6", "route", "flush", "exact", "default"]).code == 0)
        try keeper.errors.line(with: "put back via fe80::ff:fe00:1 after ")
        try host.waitForLearntRoute()
    }

    @Test("stands behind somebody's route that took the router's place, and takes over when that goes")
    func replaced() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        try host.host.sh("ip -6 route replace default via fe80::bad dev eth0")
        try keeper.errors.line(with: "lost, another route took its place; put back via fe80::ff:fe00:1 after ")
        let routes = try host.defaultRoutes
        #expect(routes.map(\.metric) == [1024, 1025])
        #expect(routes.map(\.routeProtocol) == [RouteProtocol(rawValue: 3), .keep6])
        try host.host.sh("ip -6 route del default via fe80::bad dev eth0")
        #expect(try host.defaultRoutes.map(\.gateway) == [KeptHost.gateway])
        #expect(try host.isOnline())
    }

    @Test("stands before somebody's route whose gateway does not answer")
    func deadGateway() throws {
        let (host, keeper) = try KeptHost.withLearntRoute(forwarding: true)
        try host.host.sh("sysctl -qw net.ipv6.neigh.eth0.retrans_time_ms=50")
        try host.host.sh("ip -6 route replace default via fe80::bad dev eth0")
        try keeper.errors.line(with: "lost, another route took its place; put back")
        _ = try host.run("/usr/bin/ping", ["-6", "-n", "-c", "1", "-W", "1", "2001:db8:ffff::1"])
        try keeper.errors.line(with: "the gateway of another program's route via fe80::bad metric 1024 does not answer")
        try host.wait(for: "a route before the dead one") { routes in
            routes.contains { $0.routeProtocol == .keep6 && $0.metric == 1023 }
        }
        #expect(try host.isOnline())
    }

    @Test("believes a router that withdraws itself, and puts nothing in its place")
    func withdrawn() throws {
        let (host, keeper) = try KeptHost.withLearntRoute(speaksUnasked: true)
        let ears = try host.listen()
        try host.radvd?.withdraw()
        try keeper.errors.line(with: "there is no default route: the router withdrew itself.")
        #expect(try host.defaultRoutes.isEmpty)
        while let heard = try ears.receive() {
            for case .routeAdded(let route, _, _) in heard { Issue.record("there was \(route)") }
        }
    }

    @Test("puts back a router's route that had the highest metric there is")
    func highestMetric() throws {
        let host = try KeptHost()
        let keeper = try host.startGuard()
        let route = "default via fe80::ff:fe00:1 dev eth0 proto ra metric 4294967295"
        try host.host.sh("ip -6 route add \(route) expires 600; ip -6 route del \(route)")
        try keeper.errors.line(with: "put back via fe80::ff:fe00:1 after ")
        #expect(try host.defaultRoutes.map(\.metric) == [UInt32.max])
        #expect(try keeper.end() == 0)
    }

    @Test("puts the default route back while 5,000 other routes come in")
    func manyRoutes() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        let others = (0..<5_000).map { "route add 2001:db8:a:\(String($0, radix: 16))::/64 via fe80::9 dev eth0" }
        let lines = others[..<2_500] + ["route del default"] + others[2_500...]
        let file = host.programs + "/batch"
        try lines.joined(separator: "\n").write(toFile: file, atomically: false, encoding: .utf8)
        let ip = try host.start("/usr/sbin/ip", ["-6", "-batch", file])
        try keeper.errors.line(with: "put back via fe80::ff:fe00:1 after ")
        #expect(try ip.waitForEnd() == 0)
        try host.waitForLearntRoute()
        #expect(try host.isOnline())
    }
}
