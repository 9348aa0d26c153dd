// Guards that die, guards that follow them, and an interface that comes back as another.
import CLinux
import Internet
import Linux
import Netlink
import TestSupport
import Testing

@Suite(
    "A guard that starts", .needsRoot)
struct GuardRestartTests {
    @Test("puts back what was lost while there was none, before the router is heard again")
    func killed() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        // What it remembers is written before it says that the router's own route is back.
        try host.host.sh("ip -6 route del default")
        try keeper.errors.line(with: "keep6 removed its substitute")
        #expect(try host.text("eth0.route").contains("router \(KeptHost.gateway) "))
        #expect(try keeper.end(by: SIGKILL) == 128 + SIGKILL)
        try host.radvd?.crash()
        try host.host.sh("ip -6 route del default")
        let next = try host.start("keep6-guard", ["eth0"])
        try next.errors.line(with: "it was missing when keep6 looked; put back via fe80::ff:fe00:1 after ")
        try next.errors.line(with: "'eth0': watching;")
        #expect(try host.defaultRoutes.map(\.routeProtocol) == [.keep6])
        #expect(try host.isOnline())
    }

    @Test("adopts the route that the one before it left in the kernel")
    func stopped() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        try host.radvd?.crash()
        try host.host.sh("ip -6 route del default")
        try keeper.errors.line(with: "put back via fe80::ff:fe00:1 after ")
        let ears = try host.listen()
        #expect(try keeper.end(by: SIGTERM) == 0)
        let left = try host.defaultRoutes
        #expect(left.map(\.routeProtocol) == [.keep6])
        let next = try host.startGuard()
        #expect(try host.defaultRoutes.map(\.metric) == left.map(\.metric))
        while let heard = try ears.receive() {
            for case .routeAdded(let route, _, _) in heard { Issue.record("there was \(route)") }
            for case .routeRemoved(let route, _) in heard { Issue.record("there went \(route)") }
        }
        try host.host.sh("ip -6 route del default")
        try next.errors.line(with: "put back via fe80::ff:fe00:1 after ")
    }

    @Test("is the only one: a second ends with 78 and says why, and the first goes on")
    func second() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        let second = try host.run("keep6-guard", ["eth0"])
        #expect(second.code == 78)
        #expect(
            second.errors == ["keep6: 'eth0': another guard watches it already; stop that one first."])
        try host.host.sh("ip -6 route del default")
        try keeper.errors.line(with: "put back via fe80::ff:fe00:1 after ")
    }

    @Test("refuses a name that is none, with 78 and one sentence")
    func refused() throws {
        let host = try KeptHost()
        for arguments in [[], ["eth0", "eth1"], ["../eth0"], ["\\x2e\\x2e"], ["\\x"], ["sixteen-letters0"]] {
            let outcome = try host.run("keep6-guard", arguments)
            #expect(outcome.code == 78)
            #expect(outcome.errors.count == 1)
            #expect(outcome.errors.first?.contains("needs the name of one interface") == true)
        }
        #expect(host.stateFiles.isEmpty)
    }

    @Test("goes on when the interface is deleted and made again under the same name")
    func recreated() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        let old = try host.link.index
        try host.radvd?.crash()
        try host.host.sh("ip link delete eth0")
        try keeper.errors.line(with: "'eth0': the interface is gone; keep6 waits for it to come back.")
        try host.connect()
        #expect(try host.link.index != old)
        try host.advertise(speaksUnasked: true)
        try host.waitForLearntRoute()
        #expect(try host.acceptRA() == 2)
        try host.host.sh("ip -6 route del default")
        try keeper.errors.line(with: "lost, deleted by ", "put back via fe80::ff:fe00:1 after ")
        try host.waitForLearntRoute()
        #expect(try host.isOnline())
    }

    @Test("waits for an interface that is not there yet")
    func early() throws {
        let host = try KeptHost()
        try host.host.sh("ip link delete eth0")
        let keeper = try host.startGuard()
        try host.connect()
        try host.advertise(speaksUnasked: true)
        try host.waitForLearntRoute()
        #expect(try host.acceptRA() == 2)
        try host.host.sh("ip -6 route del default")
        try keeper.errors.line(with: "put back via fe80::ff:fe00:1 after ")
    }
}
