// Two routers on the real link of a host that forwards, of which one dies without a word.
import Foundation
import Internet
import Netlink
import TestSupport
import Testing

@Suite(
    "A guard that hears two routers", .needsRoot)
struct RouterFailoverTests {
    private static let second = IPv6Address("fe80::b")!

    /// A router advertisement for 1800 s with the sender's link-layer address (RFC 4861 4.2).
    private func advertisement(of host: KeptHost) throws -> [UInt8] {
        let address = try host.router.run { try Rtnetlink().link(InterfaceName("up0")!) }?.linkLayerAddress ?? []
        return [134, 0, 0, 0, 64, 0, 7, 8] + [UInt8](repeating: 0, count: 8) + [1, 1] + address
    }

    /// The kernel alone stays with the dead one until its lifetime ends (net/ipv6/route.c, fib6_table_lookup).
    @Test("leaves the one that is gone for the other, and returns when it speaks again")
    func oneDies() throws {
        let (host, keeper) = try KeptHost.withLearntRoute(forwarding: true)
        #expect(try host.isOnline())
        try host.radvd?.crash()
        try host.router.sh(
            "ip address add fe80::b/64 dev up0 nodad; ip address del \(KeptHost.gateway)/64 dev up0")
        let sender = try MessageSender(in: host.router, by: "up0")
        try sender.send(try advertisement(of: host), from: Self.second)
        try keeper.errors.line(with: "fe80::b")
        // The kernel asks in vain for as long as something is sent.
        _ = try host.run("/usr/bin/ping", ["-6", "-q", "-c", "20", "-i", "0.2", "-W", "1", "2001:db8:ffff::1"])
        try keeper.errors.line(with: "the router \(KeptHost.gateway)", "no longer answers")
        try host.wait(for: "a route of the guard's through the second") { routes in
            routes.contains { $0.routeProtocol == .keep6 && $0.gateway == Self.second && $0.metric == 1023 }
        }
        #expect(try host.isOnline())
        try host.router.sh("ip address add \(KeptHost.gateway)/64 dev up0 nodad")
        try sender.send(try advertisement(of: host), from: KeptHost.gateway)
        try keeper.errors.line(with: "keep6 removed its substitute")
        #expect(try keeper.end() == 0)
    }
}
