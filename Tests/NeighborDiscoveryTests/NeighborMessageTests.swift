// Whole packets as a packet socket reads them, and that those which no neighbor can have sent are refused.
import Internet
import Testing

@testable import NeighborDiscovery

/// Captured between two network namespaces (kernel 6.18) by `tcpdump -i br0 -x icmp6`, from the IPv6 header on.
private enum Packet {
    /// `ip address add 2001:db8:1::77/64 dev eth0`: a check for duplicates. Its option is a nonce (RFC 7527).
    static let check = bytes(
        """
        6000 0000 0020 3aff 0000 0000 0000 0000 0000 0000 0000 0000 ff02 0000 0000 0000 0000 0001 ff00 0077
        8700 CCCC 0000 0000 2001 0db8 0001 0000 0000 0000 0000 0077 0e01 b5f7 3ad8 2c5f
        """)

    /// A router asks for it.
    static let question = bytes(
        """
        6000 0000 0020 3aff fe80 0000 0000 0000 0000 00ff fe00 0001 ff02 0000 0000 0000 0000 0001 ff00 0077
        8700 CCCC 0000 0000 2001 0db8 0001 0000 0000 0000 0000 0077 0101 0200 0000 0001
        """)

    /// The guest answers.
    static let answer = bytes(
        """
        6000 0000 0020 3aff 2001 0db8 0001 0000 0000 0000 0000 0077 fe80 0000 0000 0000 0000 0000 0000 0001
        8800 CCCC 6000 0000 2001 0db8 0001 0000 0000 0000 0000 0077 0201 0200 0000 0003
        """)

    /// The bytes, with the right checksum in the place of CCCC (RFC 8200 8.1).
    private static func bytes(_ text: String) -> [UInt8] {
        let digits = text.filter { !$0.isWhitespace }.replacing("CCCC", with: "0000")
        var bytes: [UInt8] = []
        var rest = digits[...]
        while !rest.isEmpty {
            bytes.append(UInt8(rest.prefix(2), radix: 16)!)
            rest = rest.dropFirst(2)
        }
        return signed(bytes)
    }

    static func signed(_ packet: [UInt8]) -> [UInt8] {
        var packet = packet
        (packet[42], packet[43]) = (0, 0)
        let message = packet[40...]
        let covered = packet[8..<40] + [0, 0, 0, UInt8(message.count), 0, 0, 0, 58] + message
        var sum = 0
        for (place, byte) in covered.enumerated() { sum += place % 2 == 0 ? Int(byte) << 8 : Int(byte) }
        while sum > 0xffff { sum = (sum >> 16) + (sum & 0xffff) }
        (packet[42], packet[43]) = (UInt8(~sum >> 8 & 0xff), UInt8(~sum & 0xff))
        return packet
    }
}

@Suite("A packet that was overheard")
struct NeighborMessageTests {
    private static let guest = IPv6Address("2001:db8:1::77")!
    private static let router = IPv6Address("fe80::ff:fe00:1")!

    @Test("what kernels send is read")
    func sound() throws {
        #expect(
            try NeighborMessage.parse(Packet.check[...])
                == .solicitation(NeighborSolicitation(target: Self.guest), from: .unspecified))
        let question = NeighborSolicitation(target: Self.guest, sourceLinkLayerAddress: [2, 0, 0, 0, 0, 1])
        #expect(try NeighborMessage.parse(Packet.question[...]) == .solicitation(question, from: Self.router))
        #expect(question.bytes == withoutChecksum(Array(Packet.question[40...])))
        let answer = NeighborAdvertisement(
            target: Self.guest, isSolicited: true, isOverride: true, targetLinkLayerAddress: [2, 0, 0, 0, 0, 3])
        #expect(try NeighborMessage.parse(Packet.answer[...]) == .advertisement(answer, from: Self.guest))
        #expect(
            try NeighborMessage.parse(Packet.answer[...] + [0, 0, 0, 0]) == .advertisement(answer, from: Self.guest))
    }

    struct Fault: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let packet: [UInt8]
        init(_ name: String, _ packet: [UInt8], place: Int, _ byte: UInt8, signed: Bool = true) {
            testDescription = name
            var packet = packet
            packet[place] = byte
            self.packet = signed ? Packet.signed(packet) : packet
        }
    }

    static let faults = [
        Fault("of another version", Packet.answer, place: 0, 0x45), Fault("no ICMPv6", Packet.answer, place: 6, 17),
        Fault("from beyond a router", Packet.answer, place: 7, 254),
        Fault("longer than it is", Packet.answer, place: 5, 0x21, signed: false),
        Fault("a wrong checksum", Packet.answer, place: 63, 0x78, signed: false),
        Fault("another type", Packet.answer, place: 40, 134), Fault("a code", Packet.answer, place: 41, 1),
        Fault("from a multicast address", Packet.answer, place: 8, 0xff),
        Fault("an answer to all", Packet.answer, place: 24, 0xff),
        Fault("of a multicast address", Packet.answer, place: 48, 0xff),
        Fault("an option of length 0", Packet.answer, place: 65, 0),
        Fault("an option past the end", Packet.answer, place: 65, 2),
        Fault("a check to others", Packet.check, place: 39, 0x78),
        Fault("a check with an address", Packet.check, place: 64, 1),
        Fault("a question for a multicast address", Packet.question, place: 48, 0xff),
    ]

    @Test("what no neighbor can have sent is refused", arguments: faults)
    func refused(_ fault: Fault) { #expect(throws: Malformed.self) { try NeighborMessage.parse(fault.packet[...]) } }

    @Test("a packet that is cut anywhere is refused")
    func cut() {
        for length in 0..<Packet.answer.count {
            #expect(throws: Malformed.self) { try NeighborMessage.parse(Packet.answer[..<length]) }
        }
    }
}
