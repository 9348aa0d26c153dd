// Whom a guard believes: the router itself, and nobody who poses as one.
import Foundation
import Internet
import Linux
import Netlink
import TestSupport
import Testing

@Suite(
    "A guard that hears what is said on the link",
    .needsRoot)
struct BelievedRouterTests {
    private static func advertisement(lifetime: UInt8) -> [UInt8] {
        [134, 0, 0, 0, 64, 0, 0, lifetime, 0, 0, 0, 0, 0, 0, 0, 0]
    }

    /// To all nodes, with override and the sender's link-layer address.
    private func renunciation(of target: IPv6Address, _ host: KeptHost) throws -> [UInt8] {
        let hardware = try host.router.run { try Rtnetlink().link(InterfaceName("up0")!)?.linkLayerAddress } ?? []
        return [136, 0, 0, 0, 0x20, 0, 0, 0] + target.bytes + [2, 1] + hardware
    }

    @Test("believes a router that says it is none any more", arguments: [false, true])
    func noRouter(_ isPutBack: Bool) throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        try host.radvd?.crash()
        if isPutBack {
            try host.host.sh("ip -6 route del default")
            try keeper.errors.line(with: "put back via fe80::ff:fe00:1 after ")
        }
        let sender = try MessageSender(in: host.router, by: "up0")
        let renunciation = try renunciation(of: KeptHost.gateway, host)
        for _ in 0..<3 { try sender.send(renunciation, from: KeptHost.gateway) }
        if !isPutBack {
            try keeper.errors.line(with: "there is no default route: the router said it is no longer a router.")
        }
        try host.wait(for: "no default route") { $0.isEmpty }
        #expect(try keeper.end() == 0)
        #expect(isPutBack || !keeper.errors.lines.contains { $0.contains("put back") })
    }

    @Test("does not believe that of the router's address by another, nor an advertisement that came from afar")
    func imposters() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        let sender = try MessageSender(in: host.router, by: "up0")
        let stranger = IPv6Address("fe80::bad")!
        try sender.send(try renunciation(of: KeptHost.gateway, host), from: stranger)
        for _ in 0..<3 {
            try sender.send(Self.advertisement(lifetime: 0), from: KeptHost.gateway, hopLimit: 64)
            try sender.send(Self.advertisement(lifetime: 0), from: IPv6Address("2001:db8:1::1")!)
        }
        try sender.send(Array(Self.advertisement(lifetime: 0).prefix(12)), from: KeptHost.gateway)
        try sender.send(Self.advertisement(lifetime: 0), from: stranger)
        try keeper.errors.line(
            with: "1 forged or broken router message; the last one from fe80::ff:fe00:1: hop limit 64")
        // Heard behind all of these; where the machine is busy, a packet can get lost.
        for _ in 0..<3 {
            try sender.send(Self.advertisement(lifetime: 100), from: IPv6Address("fe80::2")!)
            _ = try host.isOnline()
        }
        try keeper.errors.line(with: "fe80::2 is also a default router now.")
        #expect(keeper.errors.lines.filter { $0.contains("forged or broken") }.count == 1)
        #expect(
            try host.defaultRoutes.contains {
                $0.gateway == KeptHost.gateway && $0.routeProtocol == .routerAdvertisement
            })
        #expect(try keeper.end() == 0)
        #expect(!keeper.errors.lines.contains { $0.contains("put back") || $0.contains("no default route") })
    }

    @Test("puts back no other router's route than those that the wish names, and prefers theirs")
    func namedRouter() throws {
        let (host, keeper) = try KeptHost.withLearntRoute(options: ["IF_KEEP6_ROUTER": "fe80::ff:fe00:1"])
        let sender = try MessageSender(in: host.router, by: "up0")
        // A high preference: the kernel would use it from now on.
        var rogue = Self.advertisement(lifetime: 100)
        rogue[5] = 0x08
        try sender.send(rogue, from: IPv6Address("fe80::bad")!)
        try keeper.errors.line(with: "fe80::bad advertises itself, but is not a configured router")
        try host.wait(for: "a route before the other router's") { routes in
            routes.contains { $0.routeProtocol == .keep6 && $0.gateway == KeptHost.gateway && $0.metric == 1023 }
        }
        #expect(try host.isOnline())
        try host.host.sh("ip -6 route del default via fe80::bad dev eth0")
        try host.waitForLearntRoute()
        #expect(try keeper.end() == 0)
        #expect(!keeper.errors.lines.contains { $0.contains("put back") })
    }
}
