// Static addresses that the host goes on answering for, on the real kernel, while a program has taken them away.
import CLinux
import Foundation
import Internet
import TestSupport
import Testing

@Suite(
    "A guard of a static address", .needsRoot)
struct HeldAddressTests {
    private static let ping = "ping -6 -q -n -c 3 -i 0.01 -w 20 -I 2001:db8:ffff::1 2001:db8:1::10"

    /// What keep6's own local routes go to.
    private func held(on host: KeptHost) throws -> [String] {
        let shown = try host.run("/usr/sbin/ip", ["-6", "route", "show", "table", "local", "proto", "66"])
        return shown.output.map { $0.components(separatedBy: " ")[..<4].joined(separator: " ") }
    }

    /// A host that ifup has configured, and its guard.
    private func keptHost() throws -> (KeptHost, PipedProgram) {
        try KeptHost.withLearntRoute(
            options: ["IF_ADDRESS": "2001:db8:1::10", "IF_NETMASK": "64"], phases: ["pre-up", "post-up"])
    }

    /// The guard is frozen, so that nothing is put back.
    @Test("has the host answer for it while it is away")
    func away() throws {
        let (host, keeper) = try keptHost()
        #expect(try held(on: host) == ["local 2001:db8:1::10 dev lo"])
        // The router knows where the address is.
        try host.router.sh(Self.ping)
        try keeper.send(SIGSTOP)
        try host.host.sh("ip address del 2001:db8:1::10/64 dev eth0")
        try host.router.sh(Self.ping)
        try keeper.send(SIGCONT)
        try keeper.errors.line(with: "the address 2001:db8:1::10/64 was removed; keep6 put it back after ")
        #expect(try held(on: host) == ["local 2001:db8:1::10 dev lo"])
        #expect(try keeper.end() == 0)
    }

    @Test("leaves nothing of that behind, whatever befell the guard before it")
    func released() throws {
        let (host, keeper) = try keptHost()
        #expect(try keeper.end(by: SIGKILL) == 128 + SIGKILL)
        #expect(try held(on: host) == ["local 2001:db8:1::10 dev lo"])
        let next = try host.startGuard()
        #expect(try next.end() == 0)
        #expect(try held(on: host) == [])
    }

    @Test("answers for it no longer once the link is down, nor once the wish is another")
    func notWished() throws {
        let (host, keeper) = try keptHost()
        try host.host.sh("ip link set eth0 down")
        try keeper.errors.line(with: "the link went down")
        #expect(try held(on: host) == [])
        try host.host.sh("ip link set eth0 up")
        try keeper.errors.line(with: "address 2001:db8:1::10/64")
        try keeper.send(SIGHUP)
        try keeper.errors.line(with: "checked everything again")
        #expect(try held(on: host) == ["local 2001:db8:1::10 dev lo"])
        #expect(try host.hook("pre-up", ["IF_ADDRESS": "2001:db8:1::11", "IF_NETMASK": "64"]).code == 0)
        try keeper.send(SIGHUP)
        try keeper.errors.line(with: "checked everything again")
        #expect(try held(on: host) == [])
        #expect(try keeper.end() == 0)
    }
}
