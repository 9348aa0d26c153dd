// The ICMPv6 messages without which IPv6 does not work (RFC 4890).

/// A message that a firewall must not drop on its way to the host (RFC 4890 4.4.1). It must not drop error messages on
/// their way through the host either (4.3.1).
package enum ICMPv6Message: UInt8, CaseIterable, Sendable {
    case destinationUnreachable = 1
    case packetTooBig = 2
    case timeExceeded = 3
    case parameterProblem = 4
    case echoRequest = 128
    case echoReply = 129
    case routerSolicitation = 133
    case routerAdvertisement = 134
    case neighborSolicitation = 135
    case neighborAdvertisement = 136

    package var words: String {
        switch self {
        case .destinationUnreachable: "destination unreachable"
        case .packetTooBig: "packet too big"
        case .timeExceeded: "time exceeded"
        case .parameterProblem: "parameter problem"
        case .echoRequest: "echo request"
        case .echoReply: "echo reply"
        case .routerSolicitation: "router solicitation"
        case .routerAdvertisement: "router advertisement"
        case .neighborSolicitation: "neighbor solicitation"
        case .neighborAdvertisement: "neighbor advertisement"
        }
    }

    /// Reports what happened to a packet, so it belongs to a connection.
    var isError: Bool { rawValue < 128 }

    /// The codes that must not be dropped; the other messages have only code 0.
    var codes: ClosedRange<UInt8> {
        switch self {
        case .destinationUnreachable: 0...6
        case .parameterProblem: 1...2
        default: 0...0
        }
    }

    /// How connection tracking sees it: it relates errors to their connection, and does not track Neighbor Discovery
    /// (net/netfilter/nf_conntrack_proto_icmpv6.c, noct_valid_new).
    var state: String {
        switch self {
        case .echoRequest: "NEW"
        case .echoReply: "ESTABLISHED"
        case _ where isError: "RELATED"
        default: "UNTRACKED"
        }
    }

    var isNeighborDiscovery: Bool { rawValue >= 133 }
}
