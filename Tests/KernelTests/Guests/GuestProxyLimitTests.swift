// For whom an uplink does not answer, how much it lets itself be told, and what it leaves behind.
import CLinux
import Internet
import Linux
import NeighborDiscovery
import Netlink
import TestSupport
import Testing

@Suite(
    "The limits of an uplink that answers for guests",
    .needsRoot)
struct GuestProxyLimitTests {
    @Test("a guest does not get the address of a host on the uplink, nor this host's own")
    func contested() throws {
        let host = try GuestHost()
        try host.kept.router.sh("ip address add 2001:db8:1::99/64 dev up0 nodad")
        let guest = try host.plug(into: "br0")
        try guest.claim("2001:db8:1::99")
        try host.keeper.errors.line(
            with: "a guest uses 2001:db8:1::99, which another host on the uplink claims")
        try guest.claim("2001:db8:1::10")
        try guest.claim("2001:db8:2::77")
        try guest.claim("2001:db8:1::77")
        try host.waitForCame("2001:db8:1::77", on: "br0")
        #expect(try host.answered == ["2001:db8:1::77": "br0"])
    }

    /// A guest that never answers for what it claims.
    @Test("a flood of checks for duplicates costs little, fills nothing, and keeps nobody else offline")
    func flood() throws {
        let host = try GuestHost()
        let (flooder, guest) = (try host.plug(into: "br0"), try host.plug(into: "br0"))
        let sender = try MessageSender(in: flooder.namespace, by: "eth0")
        let before = try processorTime(of: host.keeper.pid)
        let start = Instant.now
        for number in 0..<50_000 {
            let target = IPv6Address(high: 0x2001_0db8_0001_0000, low: 0x1_0000_0000 + UInt64(number))
            let question = NeighborSolicitation(target: target)
            try sender.send(question.bytes, from: .unspecified, to: target.solicitedNode)
        }
        try guest.take("2001:db8:1::77")
        #expect(try host.reaches("2001:db8:1::77"))
        let elapsed = Double(start.duration(to: .now).microseconds) / 1_000_000
        #expect(try host.answered.count <= 256 + Int(elapsed * 50) + 50)
        #expect(try host.pings("2001:db8:1::77"))
        #expect(try host.answered["2001:db8:1::77"] == "br0")
        let used = try processorTime(of: host.keeper.pid) - before
        #expect(used < 1 + elapsed * 0.3, "\(used) s of \(elapsed)")
        // Those that never answer go, the last within five seconds and their turn.
        let ears = try host.kept.host.run { try RouteEars() }
        try ears.wait(for: "the end of the flood") { try host.answered.count == 1 }
        #expect(try host.answered == ["2001:db8:1::77": "br0"])
        #expect(try host.routeCount == 1)
    }

    /// The kernel's table of neighbors is one for all namespaces, so that these are no more than it bears.
    @Test("a guest that speaks from ever other addresses is believed at first, and forgotten again")
    func manyAddresses() throws {
        let host = try GuestHost()
        let (flooder, guest) = (try host.plug(into: "br0"), try host.plug(into: "br1"))
        let sender = try MessageSender(in: flooder.namespace, by: "eth0")
        let gateway = IPv6Address("fe80::1")!
        let question = NeighborSolicitation(target: gateway, sourceLinkLayerAddress: [2, 0, 0, 0, 1, 1])
        for number in 0..<450 {
            let source = IPv6Address(high: 0x2001_0db8_0001_0000, low: 0x2_0000_0000 + UInt64(number))
            try sender.send(question.bytes, from: source, to: gateway.solicitedNode)
        }
        try guest.take("2001:db8:1::77")
        #expect(try host.reaches("2001:db8:1::77"))
        let count = try host.answered.count
        #expect((2...400).contains(count), "\(count)")
        let ears = try host.kept.host.run { try RouteEars() }
        try ears.wait(for: "the end of the flood") { try host.answered == ["2001:db8:1::77": "br1"] }
    }

    @Test("ifdown takes all of it back, and leaves what is somebody else's")
    func released() throws {
        let host = try GuestHost()
        let guest = try host.plug(into: "br0")
        try guest.take("2001:db8:1::77")
        #expect(try host.reaches("2001:db8:1::77"))
        try host.waitForCame("2001:db8:1::77", on: "br0")
        #expect(try host.kept.host.run { try Sysctl("proxy_ndp", of: KeptHost.uplink).read() } == 1)
        let screen = try host.kept.run("keep6", ["status"]).output
        #expect(screen.contains("  answers for     1 guest's address on 'br0'"))
        #expect(screen.contains("  answers for     0 guests' addresses on 'br1'"))
        let json = try host.kept.run("keep6", ["status", "--json"]).output.joined()
        #expect(json.contains(#""answers_for":[{"network":"br0","bridge":"br0","addresses":1},{"network":"br1""#))
        try host.keeper.end()
        #expect(try host.answered == ["2001:db8:1::77": "br0"])
        _ = try host.kept.hook("pre-down")
        #expect(try host.answered == [:])
        #expect(try host.routeCount == 0)
        #expect(try host.kept.host.run { try Sysctl("proxy_ndp", of: KeptHost.uplink).read() } == 0)
        try host.kept.host.sh("test $(cat /proc/sys/net/ipv6/neigh/eth0/proxy_delay) = 80")
    }

    @Test("a proxy entry of the administrator's stays, and nothing of it is keep6's")
    func foreign() throws {
        let host = try GuestHost()
        try host.kept.host.sh("ip -6 neigh add proxy 2001:db8:1::77 dev eth0")
        let reload = { try host.keeper.send(SIGHUP) }
        try reload()
        try host.keeper.errors.line(with: "checked everything again")
        let guest = try host.plug(into: "br0")
        try guest.take("2001:db8:1::78")
        #expect(try host.reaches("2001:db8:1::78"))
        try guest.claim("2001:db8:1::77")
        try host.keeper.end()
        _ = try host.kept.hook("pre-down")
        #expect(try host.answered == ["2001:db8:1::77": "no route"])
        #expect(try host.kept.host.run { try Sysctl("proxy_ndp", of: KeptHost.uplink).read() } == 1)
    }

    /// User and system time in seconds (proc_pid_stat(5)).
    private func processorTime(of pid: pid_t) throws -> Double {
        let path = "/proc/\(pid)/stat"
        let text = String(
            decoding: try Descriptor(opening: path, O_RDONLY).readAll(limit: 4096, of: path), as: UTF8.self)
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 14, let user = Double(fields[12]), let system = Double(fields[13]) else {
            throw FixtureError("\(path) is '\(text)'")
        }
        return (user + system) / 100
    }
}
