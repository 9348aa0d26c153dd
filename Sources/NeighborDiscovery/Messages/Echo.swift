// An echo, and what comes back of it (RFC 4443).
import Internet

/// An ICMPv6 Echo Request (RFC 4443 4.1).
package struct EchoRequest: Equatable, Sendable {
    /// Tells this host's echoes apart.
    package let identifier: UInt16
    package let sequence: UInt16
    package let target: IPv6Address

    package init(to target: IPv6Address, identifier: UInt16, sequence: UInt16 = 1) {
        self.target = target
        self.identifier = identifier
        self.sequence = sequence
    }

    static let replyType: UInt8 = 129
    private static let requestType: UInt8 = 128
    /// The messages that tell why a packet did not arrive.
    static let errorTypes: ClosedRange<UInt8> = 1...4
    private var words: [UInt8] {
        [identifier >> 8, identifier & 0xff, sequence >> 8, sequence & 0xff].map { UInt8($0) }
    }

    /// The ICMPv6 message with 16 bytes of data; its checksum is 0, for the kernel to fill in (RFC 3542 3.1).
    package var bytes: [UInt8] { [EchoRequest.requestType, 0, 0, 0] + words + [UInt8](repeating: 0, count: 16) }

    /// What a message that came in says of this echo; nil if it is about something else.
    package func answer(in message: ArraySlice<UInt8>, from source: IPv6Address) -> EchoAnswer? {
        var cursor = ByteCursor(message)
        guard let head = try? cursor.take(4), let type = head.first else { return nil }
        if type == EchoRequest.replyType {
            guard source == target, (try? cursor.take(4))?.elementsEqual(words) == true else { return nil }
            return .reply
        }
        guard EchoRequest.errorTypes.contains(type), (try? cursor.take(4)) != nil, isCause(&cursor) else { return nil }
        return .error(type: type, code: head[head.startIndex + 1], from: source)
    }

    /// Whether the packet that an error is about (RFC 4443 3.1), an IPv6 header and a message, is this one.
    private func isCause(_ cursor: inout ByteCursor) -> Bool {
        guard let header = try? cursor.take(40).map({ $0 }), header[0] >> 4 == 6, header[6] == icmpv6,
            IPv6Address(bytes: header[24...]) == target, let message = try? cursor.take(8).map({ $0 })
        else { return false }
        return message[0] == EchoRequest.requestType && message[4...].elementsEqual(words)
    }
}

/// What came back of an echo.
package enum EchoAnswer: Equatable, Sendable {
    case reply
    /// An ICMPv6 error by its type and code, and who says it.
    case error(type: UInt8, code: UInt8, from: IPv6Address)

    /// What an error says, in the words of RFC 4443 3.
    package static func words(type: UInt8, code: UInt8) -> String {
        switch (type, code) {
        case (1, 0): "no route to it"
        case (1, 1): "administratively prohibited"
        case (1, 3): "host unreachable"
        case (1, 4): "port unreachable"
        case (1, 5): "the source address failed a policy"
        case (1, 6): "the route to it rejects packets"
        case (1, _): "destination unreachable"
        case (2, _): "packet too big"
        case (3, _): "hop limit exceeded"
        default: "parameter problem"
        }
    }
}
