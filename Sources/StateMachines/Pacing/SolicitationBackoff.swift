// How often routers are asked to advertise themselves.
import Internet

/// Router solicitations: one at once, then after 4 s and twice as long each time, up to an hour, with a tenth of
/// jitter (RFC 7559); never two within a second.
struct SolicitationBackoff: Sendable {
    private var random: UInt64
    private var interval: Duration?
    private var last: Instant?

    private static let first = Duration.seconds(4)
    private static let longest = Duration.seconds(3600)
    private static let apart = Duration.seconds(1)

    init(seed: UInt64) { random = seed | 1 }

    /// When the next solicitation may be sent.
    func earliest(at now: Instant) -> Instant {
        guard let last else { return now }
        return max(now, last.advanced(by: interval ?? SolicitationBackoff.apart))
    }

    mutating func solicited(at now: Instant) {
        let doubled = interval.map { min($0 * 2, SolicitationBackoff.longest) } ?? SolicitationBackoff.first
        interval = doubled + doubled / 10 * jitter() / 100
        last = now
    }

    /// There is a new reason to solicit: the back-off starts over, but at least one second after the last solicitation.
    mutating func restart() { interval = nil }

    /// A number from -100 to 100 (xorshift, G. Marsaglia 2003).
    private mutating func jitter() -> Int {
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return Int(random % 201) - 100
    }
}
