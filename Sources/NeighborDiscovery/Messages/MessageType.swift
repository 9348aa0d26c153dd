// The ICMPv6 messages of Neighbor Discovery that keep6 sends or reads.
import Internet

/// ICMPv6 as the next header of a packet (RFC 4443 2.1).
let icmpv6: UInt8 = 58

/// An ICMPv6 message type (RFC 4861 4).
package enum MessageType: UInt8, Sendable {
    case routerSolicitation = 133
    case routerAdvertisement = 134
    case neighborSolicitation = 135
    case neighborAdvertisement = 136
}

extension ByteCursor {
    /// Reads type, code and checksum, of a message that must have at least `minimum` bytes (RFC 4861 6.1.2, 7.1).
    ///
    /// The checksum is skipped: the kernel has verified it before a raw ICMPv6 socket sees it (RFC 3542 3.1).
    mutating func header(of expected: MessageType, atLeast minimum: Int) throws(Malformed) {
        guard rest.count >= minimum else { throw Malformed("\(rest.count) bytes, at least \(minimum) wanted") }
        let type: UInt8 = try network()
        guard type == expected.rawValue else { throw Malformed("type \(type), not \(expected.rawValue)") }
        let code: UInt8 = try network()
        guard code == 0 else { throw Malformed("code \(code), not 0") }
        _ = try take(2)
    }
}
