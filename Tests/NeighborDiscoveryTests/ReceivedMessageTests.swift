import Internet
import Testing

@testable import NeighborDiscovery

@Suite("Received message")
struct ReceivedMessageTests {
    static let router = IPv6Address("fe80::ff:fe00:1")!
    static let uplink = InterfaceIndex(rawValue: 7)

    /// A message that came as it must, with one thing changed.
    static func message(
        _ bytes: [UInt8] = GoldenPacket.noOption, _ change: (inout ReceivedMessage) -> Void = { _ in }
    ) -> ReceivedMessage {
        var message = ReceivedMessage(bytes: bytes[...])
        message.source = router
        message.destination = IPv6Address("ff02::1")!
        message.hopLimit = 255
        message.interface = uplink
        change(&message)
        return message
    }

    @Test("an advertisement that came as it must is believed")
    func advertisement() throws {
        let expected = try RouterAdvertisement.parse(GoldenPacket.noOption[...])
        #expect(Self.message().judged(on: Self.uplink) == .advertisement(expected, from: Self.router))
    }

    @Test("a neighbor advertisement that came as it must is believed; its source may be global")
    func neighbor() throws {
        let moved = try NeighborAdvertisement.parse(GoldenPacket.routerMoved[...])
        #expect(
            Self.message(GoldenPacket.routerMoved).judged(on: Self.uplink) == .neighbor(moved, from: Self.router))
        let answer = try NeighborAdvertisement.parse(GoldenPacket.routerAnswers[...])
        let global = IPv6Address("2001:db8::1")!
        let message = Self.message(GoldenPacket.routerAnswers) {
            $0.source = global
            $0.destination = IPv6Address("fe80::ff:fe00:2")!
        }
        #expect(message.judged(on: Self.uplink) == .neighbor(answer, from: global))
    }

    struct Refused: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let message: ReceivedMessage
        let reason: String
        init(_ name: String, _ message: ReceivedMessage, _ reason: String) {
            (testDescription, self.message, self.reason) = (name, message, reason)
        }
    }

    // Beside the test: Swift 6.0 crashes on a closure among the arguments of a macro.
    static let notBelieved = [
        Refused(
            "routed", message { $0.hopLimit = 254 }, "from fe80::ff:fe00:1: hop limit 254, not 255"),
        Refused(
            "no hop limit told", message { $0.hopLimit = nil },
            "from fe80::ff:fe00:1: hop limit unknown, not 255"),
        Refused(
            "another interface", message { $0.interface = InterfaceIndex(rawValue: 8) },
            "from fe80::ff:fe00:1: came in by interface 8"),
        Refused(
            "no interface told", message { $0.interface = nil },
            "from fe80::ff:fe00:1: came in by interface unknown"),
        Refused(
            "a global source", message { $0.source = IPv6Address("2001:db8::1")! },
            "from 2001:db8::1: the source is not link-local"),
        Refused(
            "no source", message { $0.source = .unspecified }, "from ::: the source is not link-local"),
        Refused(
            "in fragments", message { $0.isFragmented = true }, "from fe80::ff:fe00:1: in fragments"),
        Refused(
            "too long", message { $0.isTruncated = true }, "from fe80::ff:fe00:1: longer than 16 bytes"),
        Refused(
            "empty", message([]), "from fe80::ff:fe00:1: ICMPv6 type missing"),
        Refused(
            "another type", message(GoldenPacket.solicitation), "from fe80::ff:fe00:1: ICMPv6 type 133"),
        Refused(
            "an unknown type", message([255, 0, 0, 0]), "from fe80::ff:fe00:1: ICMPv6 type 255"),
        Refused(
            "malformed", message([134, 0, 0, 0]), "from fe80::ff:fe00:1: 4 bytes, at least 16 wanted"),
        Refused(
            "an answer to all nodes", message(GoldenPacket.routerAnswers),
            "from fe80::ff:fe00:1: an answer, but to a multicast address"),
    ]

    @Test("whatever could be from elsewhere is refused, and the reason is said", arguments: notBelieved)
    func refused(_ row: Refused) {
        #expect(row.message.judged(on: Self.uplink) == .refused(row.reason))
    }
}
