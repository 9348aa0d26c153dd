// The prefixes that guests have addresses of, as they outlive a crash and a reboot: /var/lib/keep6/guests/IFACE.
import Internet
import Text

/// What the networks of guests were numbered from, so that guests keep it while the uplink is set up anew, and a prefix
/// that is gone after a reboot can be withdrawn (RFC 8978, RFC 9096 3.5).
package struct GuestMemory: Equatable, Sendable {
    /// Until when a prefix may be used, by the wall clock, which goes on over a reboot; nil if it is not known.
    struct Lease: Equatable, Sendable {
        var preferredUntil: WallTime?
        var validUntil: WallTime?

        /// The prefix as it would be delegated still.
        func delegated(_ prefix: InterfaceAddress, at now: Instant, _ time: WallTime) -> DelegatedPrefix {
            func instant(_ end: WallTime?) -> Instant? { end.map { now.advanced(by: time.duration(to: $0)) } }
            return DelegatedPrefix(
                prefix, preferredUntil: instant(preferredUntil), validUntil: instant(validUntil))
        }

        /// Whether they differ by no more than two readings of two clocks do.
        func isNear(_ other: Lease) -> Bool {
            let pairs = [(preferredUntil, other.preferredUntil), (validUntil, other.validUntil)]
            return pairs.allSatisfy { one, other in
                guard let one, let other else { return one == other }
                return (one.microseconds - other.microseconds).magnitude < 2_000_000
            }
        }
    }

    /// The delegated prefixes as they were known last.
    var current: [InterfaceAddress: Lease] = [:]
    /// Prefixes that are delegated no longer, and until when guests are told so.
    var withdrawn: [InterfaceAddress: WallTime] = [:]

    package init() {}

    /// For so long are guests told that a prefix is to be used no more: a host does not believe a shorter valid lifetime
    /// from anybody (RFC 4862 5.5.3 e).
    static let withdrawal = Duration.seconds(7200)

    /// Takes a prefix that is delegated now.
    mutating func apply(_ prefix: DelegatedPrefix, at now: Instant, _ time: WallTime) {
        func wall(_ end: Instant?) -> WallTime? { end.map { time.advanced(by: now.duration(to: $0)) } }
        let lease = Lease(preferredUntil: wall(prefix.preferredUntil), validUntil: wall(prefix.validUntil))
        withdrawn[prefix.prefix] = nil
        if current[prefix.prefix].map(lease.isNear) != true { current[prefix.prefix] = lease }
    }

    /// Of too many, those are forgotten of which guests have been told for the longest time: their addresses on the bridges
    /// end by themselves.
    mutating func withdraw(_ prefix: InterfaceAddress, at time: WallTime) {
        current[prefix] = nil
        withdrawn[prefix] = time.advanced(by: GuestMemory.withdrawal)
        while withdrawn.count > GuestMemory.withdrawnLimit, let oldest = withdrawn.min(by: { $0.value < $1.value }) {
            withdrawn[oldest.key] = nil
        }
    }

    /// Forgets what guests have been told for long enough; a clock that was set back does not prolong that.
    mutating func expire(at now: WallTime) {
        let latest = now.advanced(by: GuestMemory.withdrawal)
        withdrawn = withdrawn.filter { $0.value > now }.mapValues { min($0, latest) }
    }
}

extension GuestMemory {
    package var text: String {
        func word(_ time: WallTime?) -> String { RecordText.word(time?.microseconds) }
        let prefixes = current.map { "prefix \($0) \(word($1.preferredUntil)) \(word($1.validUntil))" }
        let others = withdrawn.map { "withdrawn \($0) \(word($1))" }
        return RecordText.framed("guests", prefixes.sorted() + others.sorted())
    }

    /// Reads the text back; a torn or foreign one is an error as a whole.
    package init(text: String) throws(Malformed) {
        for line in try RecordText.lines(of: "guests", in: text, limit: GuestMemory.limit) {
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count >= 2, let prefix = InterfaceAddress(fields[1]), DelegatedPrefix.isBelieved(prefix) else {
                throw Malformed("'\(line)'")
            }
            switch (fields[0], fields.count) {
            case ("prefix", 4):
                current[prefix] = Lease(
                    preferredUntil: try GuestMemory.time(fields[2]), validUntil: try GuestMemory.time(fields[3]))
            case ("withdrawn", 3):
                guard let end = try GuestMemory.time(fields[2]) else { throw Malformed("'\(line)'") }
                withdrawn[prefix] = end
            default: throw Malformed("'\(line)'")
            }
        }
    }

    private static func time(_ text: String) throws(Malformed) -> WallTime? {
        try RecordText.time(text).map { WallTime(microseconds: $0) }
    }

    /// At most so many delegated prefixes are taken; who has more is not numbering networks of guests.
    static let currentLimit = 32
    /// At most so many prefixes are withdrawn at a time.
    static let withdrawnLimit = 32
    /// At most so many prefixes are read.
    static let limit = currentLimit + withdrawnLimit
}
