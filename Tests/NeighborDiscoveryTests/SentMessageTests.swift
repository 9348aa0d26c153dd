// Every ICMPv6 message that keep6 sends, to the byte. Each row is named after the program that sends the same; the checksum is
// the kernel's to fill in.
import Internet
import Testing

@testable import NeighborDiscovery

private let router = IPv6Address("fe80::ff:fe00:1")!
private let guest = IPv6Address("2001:db8:1::77")!
private let hardware: [UInt8] = [2, 0, 0, 0, 0, 2]

@Suite("Messages that are sent")
struct SentMessageTests {
    struct Sent: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        let expected: [UInt8]
        init(_ name: String, _ bytes: [UInt8], _ hex: String) {
            (testDescription, self.bytes, expected) = (name, bytes, GoldenPacket.bytes(hex))
        }
    }

    static let rows = [
        Sent("rdisc6 -1 eth0", RouterSolicitation().bytes, "8500 0000 0000 0000"),
        Sent(
            "the kernel's own router solicitation", RouterSolicitation(sourceLinkLayerAddress: hardware).bytes,
            "8500 0000 0000 0000 0101 0200 0000 0002"),
        Sent(
            "ndisc6 -1 fe80::ff:fe00:1 eth0",
            NeighborSolicitation(target: router, sourceLinkLayerAddress: hardware).bytes,
            "8700 0000 0000 0000 fe80 0000 0000 0000 0000 00ff fe00 0001 0101 0200 0000 0002"),
        Sent(
            "ip -6 addr add 2001:db8:1::77/64 dev eth0, whose check has a nonce besides",
            NeighborSolicitation(target: guest).bytes,
            "8700 0000 0000 0000 2001 0db8 0001 0000 0000 0000 0000 0077"),
        Sent(
            "the kernel's answer for itself",
            NeighborAdvertisement(
                target: guest, isSolicited: true, isOverride: true, targetLinkLayerAddress: hardware
            ).bytes,
            "8800 0000 6000 0000 2001 0db8 0001 0000 0000 0000 0000 0077 0201 0200 0000 0002"),
        Sent(
            "ip -6 neigh add proxy 2001:db8:1::77 dev eth0, the answer of a kernel with forwarding=0",
            NeighborAdvertisement(target: guest, isSolicited: true, targetLinkLayerAddress: hardware).bytes,
            "8800 0000 4000 0000 2001 0db8 0001 0000 0000 0000 0000 0077 0201 0200 0000 0002"),
        Sent(
            "ndisc_notify=1, a router's announcement",
            NeighborAdvertisement(
                target: router, isRouter: true, isOverride: true, targetLinkLayerAddress: hardware
            ).bytes,
            "8800 0000 a000 0000 fe80 0000 0000 0000 0000 00ff fe00 0001 0201 0200 0000 0002"),
        Sent(
            "an announcement without an address", NeighborAdvertisement(target: guest).bytes,
            "8800 0000 0000 0000 2001 0db8 0001 0000 0000 0000 0000 0077"),
        Sent(
            "ping -c 1 -s 16 -e 0x1234 -p 00 2001:db8:1::77",
            EchoRequest(to: guest, identifier: 0x1234).bytes,
            "8000 0000 1234 0001 0000 0000 0000 0000 0000 0000 0000 0000"),
        Sent(
            "the seventh of those", EchoRequest(to: guest, identifier: 0x1234, sequence: 7).bytes,
            "8000 0000 1234 0007 0000 0000 0000 0000 0000 0000 0000 0000"),
    ]

    @Test("a message has these bytes", arguments: rows)
    func message(_ row: Sent) { #expect(row.bytes == row.expected) }
}
