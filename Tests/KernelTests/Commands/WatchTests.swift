// keep6 watch against the real kernel: what changes is said when it does, and nothing else wakes it.
import CLinux
import Foundation
import TestSupport
import Testing

@Suite("keep6 watch", .needsRoot)
struct WatchTests {
    /// A watch that has shown its first screen.
    private func watch(_ host: KeptHost) throws -> PipedProgram {
        let program = try host.start("keep6", ["watch"])
        try program.output.line(with: "  last loss  ")
        return program
    }

    @Test("shows a route that is deleted and put back, a guard that stops and starts, and ends well")
    func routes() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        let watch = try watch(host)
        #expect(watch.output.lines.first == "eth0: well")
        try host.host.sh("ip -6 route del default")
        try watch.output.line(with: " eth0: default route lost: deleted by ")
        #expect(try keeper.end() == 0)
        try watch.output.line(with: " eth0: the guard was stopped")
        try host.host.sh("ip -6 route add default via fe80::ff:fe00:1 dev eth0 metric 7")
        let added = try watch.output.line(with: "default route via fe80::ff:fe00:1 metric 7, static")
        #expect(added.prefix(9).filter { $0 == ":" }.count == 2 && added.dropFirst(8).hasPrefix(" eth0: "))
        try host.host.sh("ip -6 route del default metric 7")
        try watch.output.line(with: " eth0: default route via fe80::ff:fe00:1 metric 7, static, is gone")
        let again = try host.startGuard()
        try watch.output.line(with: " eth0: the guard was started")
        #expect(try watch.end(by: SIGINT) == 0)
        #expect(watch.errors.lines == [])
        #expect(try again.end() == 0)
    }

    @Test("shows addresses, forwarding, carrier, prefixes, and uplinks that are kept no more")
    func others() throws {
        let host = try KeptHost()
        #expect(try host.hook("pre-up").code == 0)
        let watch = try watch(host)
        try host.host.sh("ip address add 2001:db8:1::20/64 dev eth0 nodad")
        try watch.output.line(with: " eth0: address 2001:db8:1::20/64 usable")
        try host.setForwarding(1)
        try watch.output.line(with: " eth0: forwarding is on")
        try host.host.sh("ip -6 route add unreachable 2001:db8:100::/56 proto dhcp")
        try watch.output.line(with: " eth0: delegated prefix 2001:db8:100::/56")
        try host.router.sh("ip link set up0 down")
        try watch.output.line(with: " eth0: the link has no carrier")
        #expect(try host.hook("pre-down").code == 0)
        try watch.output.line(with: " eth0: is no longer kept")
        #expect(try host.hook("pre-up").code == 0)
        try watch.output.line(with: "eth0: down: no carrier")
        #expect(try watch.end(by: SIGINT) == 0)
    }

    @Test("shows a guard that starts and has nothing to write down")
    func guardStarts() throws {
        let host = try KeptHost()
        #expect(try host.hook("pre-up", ["IF_KEEP6_DEFAULT_ROUTE": "off"]).code == 0)
        let first = try host.startGuard()
        let watch = try watch(host)
        #expect(try first.end() == 0)
        try watch.output.line(with: " eth0: the guard was stopped")
        // What its end brought is over when an address has been checked for duplicates.
        try host.host.sh("echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_dad; ip address add 2001:db8:1::30/64 dev eth0")
        try watch.output.line(with: " eth0: address 2001:db8:1::30/64 tentative")
        try watch.output.line(with: " eth0: address 2001:db8:1::30/64 usable")
        let second = try host.startGuard()
        try watch.output.line(with: " eth0: the guard was started")
        #expect(try watch.end(by: SIGINT) == 0)
        #expect(try second.end() == 0)
    }

    @Test("is not woken by other routes")
    func churn() throws {
        let host = try KeptHost()
        #expect(try host.hook("pre-up").code == 0)
        let watch = try watch(host)
        let lines = (0..<5_000).map { "route add 2001:db8:a:\(String($0, radix: 16))::/64 via fe80::9 dev eth0" }
        let file = host.programs + "/batch"
        try lines.joined(separator: "\n").write(toFile: file, atomically: false, encoding: .utf8)
        let before = try sleeps(of: watch)
        #expect(try host.start("/usr/sbin/ip", ["-6", "-batch", file]).waitForEnd() == 0)
        // Once it goes to sleep after its first screen, and once more at most for what the hook has done.
        #expect(try sleeps(of: watch) <= before + 3)
        #expect(try watch.end(by: SIGINT) == 0)
    }

    /// How often a program has waited for something.
    private func sleeps(of program: PipedProgram) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(program.pid)/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches") }
        return try #require(line?.split(separator: "\t").last.flatMap { Int($0) })
    }
}
