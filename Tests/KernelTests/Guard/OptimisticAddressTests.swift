// Addresses that are used while the real kernel checks them for duplicates (RFC 4429).
import Foundation
import Internet
import Linux
import NeighborDiscovery
import Netlink
import TestSupport
import Testing

@Suite(
    "A guard of addresses that are being checked",
    .needsRoot)
struct OptimisticAddressTests {
    private static let address = IPv6Address("2001:db8:1::10")!
    private static let linkLocal = IPv6Address("fe80::ff:fe00:2")!

    /// Sets the link down and up, which costs it its address, and adds that with duplicate address detection.
    private func setUpAnew(_ host: KeptHost) throws {
        try host.host.sh(
            """
            echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_dad
            ip link set eth0 down; ip link set eth0 up; ip address add 2001:db8:1::10/64 dev eth0
            """)
    }

    /// Follows the kernel's notifications until it tells of the address as it should be.
    private func wait(
        for what: String, on host: KeptHost, by ears: NotificationSocket, until isMet: (Address) -> Bool
    ) throws {
        let deadline = Instant.now.advanced(by: .seconds(20))
        while true {
            while let heard = try ears.receive() {
                for case .addressAdded(let address) in heard
                where address.value.address == Self.address && isMet(address) { return }
            }
            guard try poll(ears.descriptor, before: deadline, for: what) else {
                throw FixtureError("\(what) did not come in 20 seconds")
            }
        }
    }

    @Test("has an address used meanwhile, announces it, and learns the route by it, with forwarding on")
    func used() throws {
        let (host, keeper) = try KeptHost.withLearntRoute(forwarding: true)
        let router = try host.router.run {
            try NeighborDiscoverySocket(on: InterfaceName("up0")!, receiving: [.neighborAdvertisement])
        }
        let ears = try host.listen()
        try setUpAnew(host)
        try wait(for: "the address, optimistic,", on: host, by: ears) { $0.isOptimistic }
        for announced in try announcements(of: [Self.address, Self.linkLocal], to: router) {
            #expect(announced.isRouter && !announced.isOverride && !announced.isSolicited)
            #expect(announced.targetLinkLayerAddress == (try host.link.linkLayerAddress))
        }
        try host.waitForLearntRoute()
        #expect(try host.isOnline())
        try wait(for: "the end of the detection", on: host, by: ears) { $0.isVerified }
        #expect(try keeper.end() == 0)
    }

    @Test("leaves it to the kernel to find another host with the address")
    func duplicate() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        try host.router.sh("ip address add 2001:db8:1::10/64 dev up0 nodad")
        let ears = try host.listen()
        try setUpAnew(host)
        try wait(for: "the duplicate", on: host, by: ears) { $0.isDuplicate }
        #expect(try host.routes.addresses(of: try host.link.index).contains { $0.isDuplicate })
        #expect(try keeper.end() == 0)
    }

    /// What the guard says of each of them unasked, in whatever order.
    private func announcements(
        of targets: Set<IPv6Address>, to router: NeighborDiscoverySocket
    ) throws -> [NeighborAdvertisement] {
        let deadline = Instant.now.advanced(by: .seconds(20))
        var heard: [IPv6Address: NeighborAdvertisement] = [:]
        while heard.count < targets.count {
            guard try poll(router.descriptor, before: deadline, for: "a neighbor advertisement") else {
                throw FixtureError("of \(targets) the guard announced \(heard.keys) alone in 20 seconds")
            }
            if case .neighbor(let advertisement, _) = try router.receive(), targets.contains(advertisement.target),
                !advertisement.isSolicited
            {
                heard[advertisement.target] = advertisement
            }
        }
        return Array(heard.values)
    }
}
