// The rtnetlink sockets against the real kernel, in namespaces of their own.
import Internet
import Linux
import Netlink
import TestSupport
import Testing

/// A host's end of a veth pair; the other end stays as long as this.
private struct Wire {
    private let host: NetworkNamespace
    private let peer: NetworkNamespace

    init() throws {
        host = try NetworkNamespace()
        peer = try NetworkNamespace()
        try host.connect("eth0", to: peer, "up0")
    }

    /// Runs the body inside the host's namespace.
    func run(_ body: (NetworkNamespace) throws -> Void) throws {
        try withExtendedLifetime(peer) { try host.run { try body(host) } }
    }
}

@Suite(.needsRoot)
struct RtnetlinkTests {
    private static func substitute(_ link: Link) throws -> Route {
        var route = Route()
        route.gateway = IPv6Address("fe80::1")
        route.interface = link.index
        route.metric = 1025
        route.expires = 600
        route.mtu = 1400
        return route
    }

    @Test func aRouteIsAddedListedRenewedAndRemoved() throws {
        try Wire().run { _ in
            let socket = try Rtnetlink()
            let link = try #require(try socket.link(InterfaceName("eth0")!))
            var route = try RtnetlinkTests.substitute(link)
            try socket.add(route)
            let listed = try #require(try socket.defaultRoutes(through: link.index).first)
            #expect(listed.metric == 1025 && listed.gateway == route.gateway && listed.mtu == 1400)
            #expect(listed.routeProtocol == .keep6)
            #expect((598...600).contains(listed.expires ?? 0))
            route.expires = 1200
            try socket.renew(route)
            let renewed = try socket.defaultRoutes(through: link.index)
            #expect(renewed.count == 1)
            #expect((1198...1200).contains(renewed.first?.expires ?? 0))
            try socket.remove(route)
            #expect(try socket.defaultRoutes(through: link.index).isEmpty)
        }
    }

    @Test func aTakenMetricIsAnError() throws {
        try Wire().run { _ in
            let socket = try Rtnetlink()
            let link = try #require(try socket.link(InterfaceName("eth0")!))
            let route = try RtnetlinkTests.substitute(link)
            try socket.add(route)
            do throws(SystemError) {
                try socket.add(route)
                Issue.record("the metric was not taken")
            } catch { #expect(error.code == Route.metricIsTaken) }
        }
    }

    @Test func theKernelsOwnWordsAreInTheError() throws {
        try Wire().run { _ in
            let socket = try Rtnetlink()
            let link = try #require(try socket.link(InterfaceName("eth0")!))
            var route = try RtnetlinkTests.substitute(link)
            route.gateway = IPv6Address("ff02::1")
            do throws(SystemError) {
                try socket.add(route)
                Issue.record("a multicast gateway was accepted")
            } catch {
                #expect(error.explanation?.isEmpty == false)
                #expect("\(error)".hasPrefix("add default via ff02::1 metric 1025: "))
            }
        }
    }

    @Test func addressesAreAddedOnceAndListed() throws {
        try Wire().run { _ in
            let socket = try Rtnetlink()
            let link = try #require(try socket.link(InterfaceName("eth0")!))
            let address = Address(interface: link.index, value: InterfaceAddress("2001:db8:1::10/64")!)
            try socket.add(address)
            let listed = try socket.addresses(of: link.index)
            #expect(listed.contains { $0.value == address.value })
            #expect(throws: SystemError.self) { try socket.add(address) }
            try socket.remove(address)
            let left = try socket.addresses(of: link.index)
            #expect(!left.contains { $0.value == address.value })
        }
    }

    @Test func anInterfaceThatIsNotThereIsNil() throws {
        try Wire().run { _ in
            let link = try Rtnetlink().link(InterfaceName("nothing0")!)
            #expect(link == nil)
        }
    }

    @Test func onlyWhatMattersIsHeard() throws {
        try Wire().run { host in
            let socket = try Rtnetlink()
            let link = try #require(try socket.link(InterfaceName("eth0")!))
            let ears = try NotificationSocket()
            try ears.watch(link.index)
            try host.sh("ip -6 route add 2001:db8:aaaa::/48 via fe80::1 dev eth0")
            try host.sh("ip link set lo mtu 32000")
            try host.sh("ip -6 route add default via fe80::1 dev eth0 metric 77")
            try host.sh("ip -6 route del default via fe80::1 dev eth0 metric 77")
            try waitUntilReadable(ears.descriptor, for: "the kernel's notifications")
            var heard: [Netlink.Notification] = []
            while let more = try ears.receive() { heard += more }
            try #require(heard.count == 2)
            guard case .routeAdded(let added, _, let adder) = heard[0],
                case .routeRemoved(let removed, let remover) = heard[1]
            else {
                Issue.record("heard \(heard)")
                return
            }
            #expect(added.metric == 77 && removed.metric == 77)
            #expect(adder != 0 && remover != 0)
        }
    }

    @Test func ownRequestsAreKnownByTheirPort() throws {
        try Wire().run { _ in
            let socket = try Rtnetlink()
            let link = try #require(try socket.link(InterfaceName("eth0")!))
            let ears = try NotificationSocket()
            try ears.watch(link.index)
            try socket.add(try RtnetlinkTests.substitute(link))
            try waitUntilReadable(ears.descriptor, for: "the kernel's notification")
            guard case .routeAdded(_, _, let port)? = try ears.receive()?.first else {
                Issue.record("no addition was heard")
                return
            }
            #expect(port == socket.port)
        }
    }

    @Test func thePurgeOfForwardingIsTheKernelsOwn() throws {
        try Wire().run { host in
            let link = try #require(try Rtnetlink().link(InterfaceName("eth0")!))
            let ears = try NotificationSocket()
            try ears.watch(link.index)
            try host.sh("sysctl -qw net.ipv6.conf.all.forwarding=1")
            try waitUntilReadable(ears.descriptor, for: "the change of forwarding")
            var heard: [Netlink.Notification] = []
            while let more = try ears.receive() { heard += more }
            #expect(
                heard.contains {
                    guard case .configuration(let configuration) = $0 else { return false }
                    return configuration.scope == .all && configuration.forwarding == true
                })
        }
    }
}
