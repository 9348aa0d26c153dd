// What real messages mean, and that broken ones are refused.
import Internet
import TestSupport
import Testing

@testable import Netlink

private let eth0 = InterfaceIndex(rawValue: 2)

/// The one notification in a datagram.
private func only(_ datagram: [UInt8]) throws -> Netlink.Notification {
    let notifications = try Message.parse(datagram[...]).flatMap { try Notification.parse($0) }
    return try #require(notifications.count == 1 ? notifications.first : nil)
}

@Suite struct NotificationTests {
    @Test("a route learned by router advertisement")
    func learnedRoute() throws {
        var route = Route()
        route.routeProtocol = .routerAdvertisement
        route.gateway = IPv6Address("fe80::ff:fe00:1")
        route.interface = eth0
        route.metric = 1024
        route.preference = 1
        route.expires = 1800
        #expect(try only(GoldenMessage.learnt) == .routeAdded(route, replacing: false, port: 0))
    }

    @Test("a purge has port 0 and no lifetime")
    func purge() throws {
        guard case .routeRemoved(let route, let port) = try only(GoldenMessage.purged) else {
            Issue.record("it is no removal")
            return
        }
        #expect(port == 0)
        #expect(route.expires == nil)
        #expect(route.hopLimit == 64)
        #expect(route.isDefault)
    }

    @Test("a route through a nexthop object")
    func nexthopObject() throws {
        guard case .routeAdded(let route, _, let port) = try only(GoldenMessage.throughNexthop) else {
            Issue.record("it is no addition")
            return
        }
        #expect(route.nexthop == 12)
        #expect(route.gateway == IPv6Address("fe80::1"))
        #expect(route.interface == eth0)
        #expect(route.expires == 600)
        #expect(port != 0)
    }

    @Test("a deletion by a program has the program's port")
    func deletionByProgram() throws {
        guard case .routeRemoved(_, let port) = try only(GoldenMessage.deletedByProgram) else {
            Issue.record("it is no removal")
            return
        }
        #expect(port == 0x677e)
    }

    @Test("each hop of a multipath route is a route")
    func multipath() throws {
        let routes = try Message.parse(GoldenMessage.multipath[...]).flatMap { try Route.parse($0.payload) }
        #expect(routes.map(\.gateway) == [IPv6Address("fe80::1"), IPv6Address("fe80::2")])
        #expect(routes.map(\.interface) == [eth0, eth0])
        #expect(routes.map(\.metric) == [1025, 1025])
        #expect(routes.map(\.mtu) == [1400, 1400])
        #expect(routes.map(\.expires) == [100, 100])
        #expect(routes.map(\.preference) == [3, 3])
        #expect(routes.map(\.routeProtocol) == [.keep6, .keep6])
    }

    @Test("an address while the kernel checks it, and after that")
    func checkedAddress() throws {
        guard case .addressAdded(let tentative) = try only(GoldenMessage.tentative),
            case .addressAdded(let usable) = try only(GoldenMessage.usable)
        else {
            Issue.record("they are no additions")
            return
        }
        #expect(tentative.value == InterfaceAddress("2001:db8:1::10/64"))
        #expect(tentative.isTentative && !tentative.isUsable)
        #expect(!usable.isTentative && usable.isUsable)
    }

    @Test("forwarding turned on for all interfaces")
    func forwarding() throws {
        guard case .configuration(let configuration) = try only(GoldenMessage.forwardingOn) else {
            Issue.record("it is no configuration")
            return
        }
        #expect(configuration.scope == .all)
        #expect(configuration.forwarding == true)
    }

    @Test("a link that is up")
    func linkUp() throws {
        guard case .linkChanged(let link) = try only(GoldenMessage.linkUp) else {
            Issue.record("it is no link")
            return
        }
        #expect(link.name == InterfaceName("eth0"))
        #expect(link.index == eth0)
        #expect(link.hasCarrier)
        #expect(link.linkLayerAddress == [2, 0, 0, 0, 0, 2])
    }
}

@Suite struct BrokenMessageTests {
    static let whole = [
        GoldenMessage.learnt, GoldenMessage.multipath, GoldenMessage.usable, GoldenMessage.forwardingOn,
        GoldenMessage.linkUp,
    ]

    @Test("a message cut anywhere is refused")
    func cutMessage() {
        for datagram in BrokenMessageTests.whole {
            for length in 1..<datagram.count {
                #expect(throws: Malformed.self) { try Message.parse(datagram[..<length]) }
            }
        }
    }

    @Test("an attribute shorter than its header is refused")
    func shortAttribute() {
        #expect(throws: Malformed.self) { try Attribute.parse([0, 0, 1, 0][...]) }
        #expect(throws: Malformed.self) { try Attribute.parse([3, 0, 1, 0][...]) }
        #expect(throws: Malformed.self) { try Attribute.parse([5, 0, 1, 0][...]) }
    }

    @Test("bytes changed at random are refused, or yield no more than they can hold")
    func changedAtRandom() {
        var generator = SeededGenerator(seed: 1)
        var accepted = 0
        for datagram in BrokenMessageTests.whole {
            for _ in 0..<5000 {
                var broken = datagram
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    broken[Int.random(in: 0..<broken.count, using: &generator)] = .random(
                        in: 0...255, using: &generator)
                }
                guard let messages = try? Message.parse(broken[...]) else { continue }
                #expect(messages.map { $0.payload.count + 16 }.reduce(0, +) <= broken.count)
                for message in messages {
                    guard let notifications = try? Notification.parse(message) else { continue }
                    accepted += notifications.count
                    // Only a route has several, one for each `struct rtnexthop` of 8 bytes.
                    #expect(notifications.count <= max(1, message.payload.count / 8))
                }
            }
        }
        #expect(accepted > 0)
    }
}

@Suite struct RequestTests {
    @Test("a route is read back as it was written")
    func routeReadBack() throws {
        var route = Route()
        route.gateway = IPv6Address("fe80::1")
        route.interface = eth0
        route.metric = 1025
        route.preference = 1
        route.mtu = 1400
        route.hopLimit = 64
        var writer = route.addition()
        let messages = try Message.parse(writer.finish(sequence: 5)[...])
        #expect(messages.map(\.sequence) == [5])
        #expect(try Route.parse(messages[0].payload) == [route])
    }

    @Test("an address is read back as it was written")
    func addressReadBack() throws {
        let address = Address(interface: eth0, value: try #require(InterfaceAddress("2001:db8::1/64")))
        var writer = address.addition()
        let messages = try Message.parse(writer.finish(sequence: 1)[...])
        #expect(try Address.parse(messages[0].payload) == address)
    }
}
