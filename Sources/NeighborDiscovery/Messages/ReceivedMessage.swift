// A message as it came in, with what the kernel says of its way; judged here, without any I/O.
import Internet

/// An ICMPv6 message with its IPv6 header's addresses and hop limit, and the interface it came in by.
struct ReceivedMessage {
    let bytes: ArraySlice<UInt8>
    var source = IPv6Address.unspecified
    var destination = IPv6Address.unspecified
    var hopLimit: Int32?
    var interface: InterfaceIndex?
    /// Whether it came in fragments, which Neighbor Discovery messages must not (RFC 6980 5); the kernel ignores such.
    var isFragmented = false
    /// Whether its end is missing because it was longer than the buffer.
    var isTruncated = false

    /// The message if it is what it must be on this interface, else why it is refused.
    func judged(on expected: InterfaceIndex) -> Reception {
        do {
            try checkWay(on: expected)
            switch bytes.first.flatMap(MessageType.init) {
            case .routerAdvertisement:
                guard source.isLinkLocal else { throw Malformed("the source is not link-local") }
                return .advertisement(try RouterAdvertisement.parse(bytes), from: source)
            case .neighborAdvertisement:
                let neighbor = try NeighborAdvertisement.parse(bytes)
                guard !(neighbor.isSolicited && destination.isMulticast) else {
                    throw Malformed("an answer, but to a multicast address")
                }
                return .neighbor(neighbor, from: source)
            default:
                throw Malformed("ICMPv6 type \(bytes.first.map(String.init) ?? "missing")")
            }
        } catch {
            return .refused("from \(source): \(error)")
        }
    }

    /// Refuses what a router or an attacker elsewhere could have sent: a hop limit of 255 proves a neighbor.
    private func checkWay(on expected: InterfaceIndex) throws(Malformed) {
        guard let interface, interface == expected else {
            throw Malformed("came in by interface \(interface.map { "\($0.rawValue)" } ?? "unknown")")
        }
        guard let hopLimit, hopLimit == 255 else {
            throw Malformed("hop limit \(hopLimit.map(String.init) ?? "unknown"), not 255")
        }
        guard !isFragmented else { throw Malformed("in fragments") }
        guard !isTruncated else { throw Malformed("longer than \(bytes.count) bytes") }
    }
}
