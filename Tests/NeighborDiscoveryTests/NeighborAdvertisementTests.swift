import Internet
import Testing

@testable import NeighborDiscovery

@Suite("Neighbor advertisement")
struct NeighborAdvertisementTests {
    struct Captured: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let packet: [UInt8]
        let expected: NeighborAdvertisement
        init(_ name: String, _ packet: [UInt8], _ expected: NeighborAdvertisement) {
            (testDescription, self.packet, self.expected) = (name, packet, expected)
        }
    }

    @Test(
        "what kernels send is read, and written again byte by byte",
        arguments: [
            Captured(
                "a router answers", GoldenPacket.routerAnswers,
                NeighborAdvertisement(
                    target: IPv6Address("fe80::ff:fe00:1")!, isRouter: true, isSolicited: true, isOverride: true,
                    targetLinkLayerAddress: [2, 0, 0, 0, 0, 1])),
            Captured(
                "a host answers", GoldenPacket.hostAnswers,
                NeighborAdvertisement(
                    target: IPv6Address("fe80::ff:fe00:2")!, isSolicited: true, isOverride: true,
                    targetLinkLayerAddress: [2, 0, 0, 0, 0, 2])),
            Captured(
                "a router has a new link-layer address", GoldenPacket.routerMoved,
                NeighborAdvertisement(
                    target: IPv6Address("fe80::ff:fe00:1")!, isRouter: true, isOverride: true,
                    targetLinkLayerAddress: [2, 0, 0, 0, 0, 3])),
        ])
    func captured(_ row: Captured) throws {
        #expect(try NeighborAdvertisement.parse(row.packet[...]) == row.expected)
        #expect(row.expected.bytes == withoutChecksum(row.packet))
    }

    @Test("cut short anywhere, it is refused, except before the option")
    func truncated() {
        let packet = GoldenPacket.routerAnswers
        for length in 0...packet.count {
            let parsed = try? NeighborAdvertisement.parse(packet[..<length])
            #expect((parsed != nil) == [24, 32].contains(length), "\(length) bytes")
        }
    }

    struct Refused: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let hex: String
        let reason: String
        init(_ name: String, _ hex: String, _ reason: String) {
            (testDescription, self.hex, self.reason) = (name, hex, reason)
        }
    }

    static let target = "fe80 0000 0000 0000 0000 00ff fe00 0001"

    @Test(
        "malformed messages are refused, and the reason is said",
        arguments: [
            Refused("a router advertisement", "8600 0000 e000 0000" + target, "type 134, not 136"),
            Refused("code 1", "8801 0000 e000 0000" + target, "code 1, not 0"),
            Refused(
                "a multicast target", "8800 0000 e000 0000 ff02 0000 0000 0000 0000 0000 0000 0001",
                "the target is a multicast address"),
            Refused("an option of length 0", "8800 0000 e000 0000" + target + "0200", "option 2 has length 0"),
            Refused(
                "an option past the end", "8800 0000 e000 0000" + target + "0202 0200 0000 0001",
                "option 2 has 16 bytes, 8 are left"),
        ])
    func malformed(_ row: Refused) {
        #expect(throws: Malformed(row.reason)) {
            try NeighborAdvertisement.parse(GoldenPacket.bytes(row.hex)[...])
        }
    }

    @Test("the first of two addresses counts, and other options are passed over")
    func options() throws {
        let hex = "8800 0000 a000 0000" + Self.target + "0101 0200 0000 0009 0201 0200 0000 0001 0201 0200 0000 0002"
        let parsed = try NeighborAdvertisement.parse(GoldenPacket.bytes(hex)[...])
        #expect(parsed.targetLinkLayerAddress == [2, 0, 0, 0, 0, 1])
    }
}
