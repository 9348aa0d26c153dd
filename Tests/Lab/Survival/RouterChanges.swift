// What happens on the provider's side of an uplink: routers that come and go, foreign advertisements, a lost carrier.
import Foundation

extension Provider {
    private static let otherGateway = "fe80::2"
    private static let neighbor = "fe80::66"
    private var farEnd: String { Uplink.eth0.farEnd }

    /// The router is the one that it was at the start, and advertises itself.
    func restoreRouter(_ router: Router = Router(isTalkative: false)) throws {
        silenceRouter()
        try haveRouter(Self.gateway, hardwareAddress: "02:00:00:00:00:01", inPlaceOf: Self.otherGateway)
        try startRouter(router)
    }

    /// Another router, with another link-local and hardware address, is there and announces itself.
    func startOtherRouter() throws {
        try haveRouter(Self.otherGateway, hardwareAddress: "02:00:00:00:00:02", inPlaceOf: Self.gateway)
        try startRouter()
    }

    /// Frames to the hardware address of the one before are nobody's then.
    private func haveRouter(_ address: String, hardwareAddress: String, inPlaceOf other: String) throws {
        _ = try namespace.command(["ip", "addr", "del", "\(other)/64", "dev", farEnd]).run()
        try namespace.run("ip", "link", "set", farEnd, "address", hardwareAddress)
        try namespace.run("ip", "addr", "replace", "\(address)/64", "dev", farEnd, "nodad")
        // What the old router had begun to ask is not the new one's to wait for.
        try namespace.run("ip", "-6", "neigh", "flush", "dev", farEnd)
    }

    /// 500 a second for 5 s, each of which says that its sender, who never was one, is no default router any more.
    func sendFalseAdvertisements() throws {
        let socket = try NamespaceSocket(.rawICMPv6, in: namespace, from: Self.neighbor, by: farEnd)
        defer { socket.close() }
        // RFC 4861 4.2: type 134, hop limit 64, lifetime 0, and nothing else said.
        let advertisement: [UInt8] = [134, 0, 0, 0, 64, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
        var next = EchoStream.now()
        let end = next + 5
        while next < end {
            guard try socket.send(advertisement, to: "ff02::1") else {
                throw LabFailure(description: "an advertisement from '\(Self.neighbor)' could not be sent")
            }
            next += 0.002
            usleep(UInt32(max(next - EchoStream.now(), 0) * 1e6))
        }
    }

    /// The router is there again as soon as the link is.
    func interruptCarrier(for seconds: Double) throws {
        try namespace.run("ip", "link", "set", farEnd, "down")
        Thread.sleep(forTimeInterval: seconds)
        try namespace.run("ip", "link", "set", farEnd, "up")
        for address in [Self.gateway, "\(Uplink.eth0.prefix)1"] {
            try namespace.run("ip", "addr", "replace", "\(address)/64", "dev", farEnd, "nodad")
        }
        try restoreRoutes()
        try restartRouter()
    }
}
