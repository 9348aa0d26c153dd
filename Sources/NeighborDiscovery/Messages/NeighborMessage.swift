// An IPv6 packet as it was on the wire; this code checks it, because the kernel has not.
import Internet

/// A question for an address, or the answer to one, that passed RFC 4861 7.1.1 and 7.1.2.
package enum NeighborMessage: Equatable, Sendable {
    case solicitation(NeighborSolicitation, from: IPv6Address)
    case advertisement(NeighborAdvertisement, from: IPv6Address)

    /// Reads a packet from its IPv6 header on; what a neighbor cannot have sent is an error.
    package static func parse(_ packet: ArraySlice<UInt8>) throws(Malformed) -> NeighborMessage {
        var cursor = ByteCursor(packet)
        guard try cursor.take(4).first.map({ $0 >> 4 }) == 6 else { throw Malformed("no IPv6 packet") }
        let length = Int(try cursor.network(UInt16.self))
        let next: UInt8 = try cursor.network()
        let hopLimit: UInt8 = try cursor.network()
        guard let source = IPv6Address(bytes: try cursor.take(16)),
            let destination = IPv6Address(bytes: try cursor.take(16))
        else { throw Malformed("no IPv6 packet") }
        guard next == icmpv6 else { throw Malformed("next header \(next), not ICMPv6") }
        guard hopLimit == 255 else { throw Malformed("hop limit \(hopLimit), not 255") }
        guard !source.isMulticast else { throw Malformed("from a multicast address") }
        // A frame shorter than the minimum of the wire has padding after the packet.
        let message = try cursor.take(length)
        guard checksum(of: message, from: source, to: destination) == 0 else { throw Malformed("a wrong checksum") }
        switch message.first.flatMap(MessageType.init) {
        case .neighborSolicitation:
            return .solicitation(try judged(message, from: source, to: destination), from: source)
        case .neighborAdvertisement:
            let advertisement = try NeighborAdvertisement.parse(message)
            guard !(advertisement.isSolicited && destination.isMulticast) else {
                throw Malformed("an answer, but to a multicast address")
            }
            return .advertisement(advertisement, from: source)
        default: throw Malformed("ICMPv6 type \(message.first.map(String.init) ?? "missing")")
        }
    }

    private static func judged(
        _ message: ArraySlice<UInt8>, from source: IPv6Address, to destination: IPv6Address
    ) throws(Malformed) -> NeighborSolicitation {
        let solicitation = try NeighborSolicitation.parse(message)
        if source.isUnspecified {
            guard destination == solicitation.target.solicitedNode else {
                throw Malformed("a check for duplicates that is not for those who may have the address")
            }
            guard solicitation.sourceLinkLayerAddress == nil else {
                throw Malformed("a check for duplicates with a link-layer address")
            }
        }
        return solicitation
    }

    /// The checksum over message and pseudo-header, 0 if the message has the right one in it (RFC 8200 8.1, RFC 1071).
    private static func checksum(
        of message: ArraySlice<UInt8>, from source: IPv6Address, to destination: IPv6Address
    ) -> UInt16 {
        var sum = UInt64(message.count) + UInt64(icmpv6)
        for half in [source.high, source.low, destination.high, destination.low] {
            for shift in [48, 32, 16, 0] { sum += half >> UInt64(shift) & 0xffff }
        }
        var isHigh = true
        for byte in message {
            sum += isHigh ? UInt64(byte) << 8 : UInt64(byte)
            isHigh.toggle()
        }
        while sum > 0xffff { sum = (sum >> 16) + (sum & 0xffff) }
        return ~UInt16(sum)
    }
}
