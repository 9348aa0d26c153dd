// A prefix that the host was delegated, as the kernel's routes and keep6's own memory have it.
import Internet
import Netlink

/// A delegated prefix and its lifetimes (RFC 8415 21.22).
public struct DelegatedPrefix: Hashable, Sendable {
    public let prefix: InterfaceAddress
    /// Until then addresses of it are to be used for new connections; nil if that has no end, or is not known.
    var preferredUntil: Instant?
    /// Until then the prefix is the host's; nil as above.
    var validUntil: Instant?

    public init(_ prefix: InterfaceAddress, preferredUntil: Instant? = nil, validUntil: Instant? = nil) {
        self.prefix = prefix
        self.preferredUntil = preferredUntil
        self.validUntil = validUntil
    }

    /// Recognises the route that networkd (`dhcp6_pd_prefix_add`), dhcpcd (`inet6_makeprefix`) and keep6 make of a
    /// delegated prefix, whoever asked for it; nil if the route is something else. It tells no lifetimes.
    public init?(_ route: UnreachableRoute) {
        guard route.table == Route.mainTable, route.routeProtocol == .dhcp, DelegatedPrefix.isBelieved(route.prefix)
        else { return nil }
        self.init(route.prefix)
    }

    /// The route that keep6 makes of it.
    public var route: UnreachableRoute { UnreachableRoute(prefix) }

    func isValid(at now: Instant) -> Bool { validUntil.map { $0 > now } ?? true }

    /// Whether a prefix can be one that networks are numbered from; anything may come in a DHCPv6 message.
    static func isBelieved(_ prefix: InterfaceAddress) -> Bool {
        Delegation.lengths.contains(prefix.prefixLength) && prefix.isPrefix && prefix.isForNetworks
    }
}

/// The prefixes that keep6 has made routes of, as the text of /run/keep6/IFACE.delegated.
public struct DelegationMemory: Equatable, Sendable {
    public var prefixes: [DelegatedPrefix]

    public init(_ prefixes: [DelegatedPrefix] = []) { self.prefixes = prefixes }

    /// At most so many are taken; a server that delegates more is mad.
    static let limit = 16

    public var text: String {
        let lines = prefixes.map { prefix in
            let times = [prefix.preferredUntil, prefix.validUntil].map { StateText.word($0?.microseconds) }
            return "prefix \(prefix.prefix) \(times[0]) \(times[1])"
        }
        return StateText.framed("delegated", lines)
    }

    /// Reads the text back; a torn or foreign one is an error as a whole.
    public init(text: String) throws(Malformed) {
        prefixes = []
        for line in try StateText.lines(of: "delegated", in: text, limit: DelegationMemory.limit) {
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count == 4, fields[0] == "prefix", let prefix = InterfaceAddress(fields[1]),
                DelegatedPrefix.isBelieved(prefix)
            else { throw Malformed("'\(line)'") }
            var delegated = DelegatedPrefix(prefix)
            delegated.preferredUntil = try DelegationMemory.instant(fields[2])
            delegated.validUntil = try DelegationMemory.instant(fields[3])
            prefixes.append(delegated)
        }
    }

    private static func instant(_ text: String) throws(Malformed) -> Instant? {
        try StateText.time(text).map { Instant(microseconds: $0) }
    }
}
