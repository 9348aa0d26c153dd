// Whether the firewall lets in, and through, the messages that IPv6 needs (RFC 4890).
import Internet

/// One required message, its way, and what happens to it.
package struct MessageFate: Equatable, Sendable {
    package let message: ICMPv6Message
    package let isForwarded: Bool
    package let fate: Verdict

    package init(_ message: ICMPv6Message, isForwarded: Bool, _ fate: Verdict) {
        self.message = message
        self.isForwarded = isForwarded
        self.fate = fate
    }
}

/// What RFC 4890 4.3.1 and 4.4.1 require of both back ends; the kernel consults one after the other.
package struct ICMPv6Requirements {
    private let backEnds: [BackEnd]
    private let uplink: InterfaceName

    package init(_ backEnds: [BackEnd], from uplink: InterfaceName) {
        self.backEnds = backEnds
        self.uplink = uplink
    }

    /// What happens to each message to the host and, if there are ways through it, to each error message through it.
    package func fates(through ways: [Hook]) -> [MessageFate] {
        let own = ICMPv6Message.allCases.map { MessageFate($0, isForwarded: false, worst(of: $0, [.input])) }
        guard !ways.isEmpty else { return own }
        return own
            + ICMPv6Message.allCases.filter(\.isError).map {
                MessageFate($0, isForwarded: true, worst(of: $0, ways))
            }
    }

    private func worst(of message: ICMPv6Message, _ ways: [Hook]) -> Verdict {
        .worst(of: backEnds.flatMap { backEnd in ways.map { backEnd.fate(of: message, from: uplink, $0) } })
    }
}
