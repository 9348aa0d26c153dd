import CLinux
import Glibc
import Internet
import Linux
import TestSupport
import Testing

@testable import NeighborDiscovery

/// A host and a router on one link, and the host's socket: `v1` here, `v0` at the router.
private final class Wire {
    let host: NetworkNamespace
    let router: NetworkNamespace
    let socket: NeighborDiscoverySocket

    static let uplink = InterfaceName("v1")!
    static let routerAddress = IPv6Address("fe80::ff:fe00:1")!

    init(receiving types: [MessageType] = [.routerAdvertisement], mtu: Int = 1500) throws {
        let host = try NetworkNamespace()
        router = try NetworkNamespace()
        try router.sh("echo 1 >/proc/sys/net/ipv6/conf/all/forwarding")
        try host.connect("v1", to: router, "v0", mtu: mtu)
        socket = try host.run { try NeighborDiscoverySocket(on: Self.uplink, receiving: types) }
        self.host = host
    }

    /// The next message that the host's socket has, waited for.
    func next() throws -> Reception {
        try waitUntilReadable(socket.descriptor, for: "an ICMPv6 message")
        return try socket.receive()
    }

    /// Sends a message from the router to all nodes; the kernel fills in the checksum.
    func send(
        _ bytes: [UInt8], by interface: String = "v0", hopLimit: Int32 = 255, source: IPv6Address = .unspecified
    ) throws {
        try router.run {
            let socket = try Descriptor(
                socket: AF_INET6, Int32(SOCK_RAW.rawValue), Int32(IPPROTO_ICMPV6), for: "the router's socket")
            try socket.set(Int32(IPPROTO_IPV6), IPV6_MULTICAST_HOPS, hopLimit, "set the hop limit")
            let from = address(source, if_nametoindex(interface))
            let size = socklen_t(MemoryLayout<sockaddr_in6>.size)
            try check("bind to \(source)") {
                withUnsafePointer(to: from) { bind(socket.raw, .init(__sockaddr_in6__: $0), size) }
            }
            try self.send(bytes, by: interface, from: socket)
        }
    }

    /// Sends an advertisement with its IPv6 header and a checksum of 0, which is wrong.
    func sendWithWrongChecksum(_ message: [UInt8]) throws {
        try router.run {
            let socket = try Descriptor(
                socket: AF_INET6, Int32(SOCK_RAW.rawValue), Int32(IPPROTO_RAW), for: "the router's socket")
            let length = UInt16(message.count)
            let header: [UInt8] = [0x60, 0, 0, 0, UInt8(length >> 8), UInt8(length & 0xff), 58, 255]
            let addresses = Self.routerAddress.bytes + IPv6Address("ff02::1")!.bytes
            try self.send(header + addresses + message, by: "v0", from: socket)
        }
    }

    private func send(_ bytes: [UInt8], by interface: String, from socket: borrowing Descriptor) throws {
        let raw = socket.raw
        let all = address(IPv6Address("ff02::1")!, if_nametoindex(interface))
        let size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        try check("send from the router") {
            withUnsafePointer(to: all) { sendto(raw, bytes, bytes.count, 0, .init(__sockaddr_in6__: $0), size) }
        }
    }

    private func address(_ address: IPv6Address, _ index: UInt32) -> sockaddr_in6 {
        var result = sockaddr_in6()
        result.sin6_family = sa_family_t(AF_INET6)
        result.sin6_scope_id = index
        withUnsafeMutableBytes(of: &result.sin6_addr) { $0.copyBytes(from: address.bytes) }
        return result
    }
}

/// radvd with a configuration in a directory of its own.
private final class Radvd {
    private let directory: String
    private let program: BackgroundProgram

    init(_ configuration: String, in namespace: NetworkNamespace) throws {
        var template = Array("/tmp/keep6-radvd-XXXXXX".utf8CString)
        guard let path = mkdtemp(&template) else { throw FixtureError("no directory for radvd could be made") }
        directory = String(cString: path)
        try StateFile.replace("\(directory)/conf", with: configuration)
        program = try BackgroundProgram(
            "/usr/sbin/radvd", ["-n", "-C", "\(directory)/conf", "-p", "\(directory)/pid", "-m", "none"],
            in: namespace)
    }

    func end() throws { try program.end() }

    deinit {
        try? program.end()
        _ = try? Child.run("/bin/rm", ["-r", directory])
    }
}

@Suite(
    "Neighbor discovery socket",
    .needsRoot)
struct NeighborDiscoverySocketTests {
    /// A sound advertisement of the given lifetime, which marks what has arrived before it.
    static func advertisement(lifetime: UInt8) -> [UInt8] {
        [134, 0, 0, 0, 64, 0, 0, lifetime, 0, 0, 0, 0, 0, 0, 0, 0]
    }

    /// `fe80::ff:fe00:1` is a router with another link-layer address, told to all nodes.
    static let routerMoved = [136, 0, 0, 0, 0xa0, 0, 0, 0] + Wire.routerAddress.bytes + [2, 1, 2, 0, 0, 0, 0, 3]

    /// Options of an unknown type.
    static func padding(_ count: Int) -> [UInt8] {
        (0..<count / 8).flatMap { _ in [254, 1, 0, 0, 0, 0, 0, 0] as [UInt8] }
    }

    static func believed(lifetime: Int) -> Reception {
        .advertisement(
            RouterAdvertisement(curHopLimit: 64, routerLifetime: lifetime), from: Wire.routerAddress)
    }

    @Test("those that are not admitted are not heard, nor neighbors that say they are routers")
    func admission() throws {
        let wire = try Wire(receiving: [.routerAdvertisement, .neighborAdvertisement])
        try wire.router.sh("ip address add fe80::2/64 dev v0 nodad")
        try wire.socket.admit(.only([Wire.routerAddress]))
        try wire.send(Self.advertisement(lifetime: 1), source: IPv6Address("fe80::2")!)
        try wire.send(Self.routerMoved, source: Wire.routerAddress)
        try wire.send(Self.advertisement(lifetime: 2), source: Wire.routerAddress)
        #expect(try wire.next() == Self.believed(lifetime: 2))
        try wire.socket.admit(.everybody)
        try wire.send(Self.advertisement(lifetime: 3), source: IPv6Address("fe80::2")!)
        guard case .advertisement(let heard, from: IPv6Address("fe80::2")!) = try wire.next() else {
            Issue.record("the other router is not heard")
            return
        }
        #expect(heard.routerLifetime == 3)
    }

    @Test("radvd is heard, answers a solicitation, and its withdrawal is heard too")
    func radvd() throws {
        let wire = try Wire()
        #expect(try wire.socket.receive() == .none)
        let radvd = try Radvd(
            """
            interface v0 {
                AdvSendAdvert on; AdvDefaultLifetime 1800; AdvDefaultPreference high; AdvLinkMTU 1480;
                prefix 2001:db8:1::/64 { AdvValidLifetime 86400; AdvPreferredLifetime 14400; };
            };
            """, in: wire.router)
        var expected = RouterAdvertisement(
            curHopLimit: 64, preference: .high, routerLifetime: 1800, mtu: 1480,
            sourceLinkLayerAddress: [2, 0, 0, 0, 0, 1],
            prefixes: [
                PrefixInformation(
                    prefix: InterfaceAddress("2001:db8:1::/64")!, isOnLink: true, isAutonomous: true,
                    validLifetime: 86400, preferredLifetime: 14400)
            ])
        #expect(try wire.next() == .advertisement(expected, from: Wire.routerAddress))
        // radvd speaks unasked only 16 s later, which is longer than next() waits.
        try wire.socket.solicit(linkLayerAddress: [2, 0, 0, 0, 0, 2])
        #expect(try wire.next() == .advertisement(expected, from: Wire.routerAddress))
        try radvd.end()
        expected.routerLifetime = 0
        #expect(try wire.next() == .advertisement(expected, from: Wire.routerAddress))
    }

    @Test("what cannot be believed is refused with its reason, and the next message is read as ever")
    func refused() throws {
        let wire = try Wire(mtu: 12_000)
        try wire.router.sh("ip address add 2001:db8::1/64 dev v0 nodad")
        let sound = Self.advertisement(lifetime: 1)
        try wire.send(sound, hopLimit: 254)
        try wire.send(sound, source: IPv6Address("2001:db8::1")!)
        try wire.send(sound + [1, 0])
        try wire.send(sound + Self.padding(9_200))
        try wire.send(sound + Self.padding(9_208))
        try wire.router.sh("ip link set v0 mtu 1500")
        try wire.send(sound + Self.padding(2_000))
        try wire.send(Self.advertisement(lifetime: 2))
        #expect(try wire.next() == .refused("from fe80::ff:fe00:1: hop limit 254, not 255"))
        #expect(try wire.next() == .refused("from 2001:db8::1: the source is not link-local"))
        #expect(try wire.next() == .refused("from fe80::ff:fe00:1: option 1 has length 0"))
        #expect(try wire.next() == Self.believed(lifetime: 1))
        #expect(try wire.next() == .refused("from fe80::ff:fe00:1: longer than 9216 bytes"))
        #expect(try wire.next() == .refused("from fe80::ff:fe00:1: in fragments"))
        #expect(try wire.next() == Self.believed(lifetime: 2))
        #expect(try wire.socket.receive() == .none)
    }

    @Test("other ICMPv6 types, other interfaces and wrong checksums stay in the kernel")
    func filtered() throws {
        let wire = try Wire()
        try wire.host.connect("v3", to: wire.router, "v2")
        try wire.send([133, 0, 0, 0, 0, 0, 0, 0])
        try wire.send([128, 0, 0, 0, 0, 0, 0, 0])
        try wire.send(Self.routerMoved)
        try wire.send(Self.advertisement(lifetime: 3), by: "v2")
        try wire.sendWithWrongChecksum(Self.advertisement(lifetime: 4))
        try wire.send(Self.advertisement(lifetime: 5))
        #expect(try wire.next() == Self.believed(lifetime: 5))
        #expect(try wire.socket.receive() == .none)
        try wire.host.sh("grep -Eq '^Icmp6InCsumErrors[[:space:]]+1$' /proc/net/snmp6")
    }

    @Test("neighbor advertisements are heard by who asks for them")
    func neighbor() throws {
        let wire = try Wire(receiving: [.routerAdvertisement, .neighborAdvertisement])
        try wire.send(Self.routerMoved)
        try wire.send(Self.advertisement(lifetime: 1))
        let expected = NeighborAdvertisement(
            target: Wire.routerAddress, isRouter: true, isOverride: true, targetLinkLayerAddress: [2, 0, 0, 0, 0, 3])
        #expect(try wire.next() == .neighbor(expected, from: Wire.routerAddress))
        #expect(try wire.next() == Self.believed(lifetime: 1))
    }

    @Test("a solicitation reaches the routers as RFC 4861 6.1.1 wants it", arguments: [nil, [2, 0, 0, 0, 0, 0xaa]])
    func solicitation(_ linkLayerAddress: [UInt8]?) throws {
        let wire = try Wire()
        let routers = try wire.router.run {
            try NeighborDiscoverySocket(on: InterfaceName("v0")!, receiving: [.routerSolicitation])
        }
        try wire.socket.solicit(linkLayerAddress: linkLayerAddress)
        let expected = RouterSolicitation(sourceLinkLayerAddress: linkLayerAddress).bytes
        while true {
            try waitUntilReadable(routers.descriptor, for: "a solicitation")
            let message = try routers.nextMessage()
            // The host's kernel solicits by itself, with its true address.
            guard message.bytes.dropFirst(4) == expected.dropFirst(4) else { continue }
            #expect(message.hopLimit == 255)
            #expect(message.source == IPv6Address("fe80::ff:fe00:2"))
            #expect(message.destination == .allRouters)
            break
        }
    }

    @Test("after the interface was re-created, the socket is bound again, and what is older is refused")
    func recreated() throws {
        let wire = try Wire()
        let old = wire.socket.index
        try wire.send(Self.advertisement(lifetime: 1))
        try waitUntilReadable(wire.socket.descriptor, for: "an advertisement")
        try wire.host.sh("ip link delete v1")
        try wire.host.connect("v1", to: wire.router, "v0")
        try wire.socket.bind(to: Wire.uplink)
        #expect(wire.socket.index != old)
        #expect(try wire.host.run { if_nametoindex("v1") } == wire.socket.index.rawValue)
        try wire.send(Self.advertisement(lifetime: 2))
        #expect(try wire.next() == .refused("from fe80::ff:fe00:1: came in by interface \(old.rawValue)"))
        #expect(try wire.next() == Self.believed(lifetime: 2))
    }

    @Test("an interface that is not there, or is down, is an error in words")
    func errors() throws {
        let wire = try Wire()
        let missing = InterfaceName("nothere0")!
        #expect(throws: SystemError(code: ENODEV, doing: "bind an ICMPv6 socket to 'nothere0'")) {
            try wire.socket.bind(to: missing)
        }
        #expect(wire.socket.interface == Wire.uplink)
        try wire.host.sh("ip link set v1 down")
        #expect(throws: SystemError(code: ENETUNREACH, doing: "solicit a router on 'v1'")) {
            try wire.socket.solicit(linkLayerAddress: nil)
        }
    }
}
