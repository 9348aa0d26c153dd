// How often something may be done, so that who asks for it without end costs little.
import Internet

/// So many at once, and so many a second in the long run (a token bucket).
public struct Allowance: Equatable, Sendable {
    private let burst: Int
    private let interval: Duration
    private var left: Int
    private var last: Instant?

    public init(burst: Int, perSecond: Int) {
        self.burst = burst
        interval = .microseconds(1_000_000 / perSecond)
        left = burst
    }

    /// Takes one; false if none is left.
    public mutating func take(at now: Instant) -> Bool {
        let regained = last.map { $0.duration(to: now).microseconds / interval.microseconds } ?? 0
        if regained > 0 || last == nil {
            left = min(Int(clamping: regained) + left, burst)
            last = left == burst ? now : last?.advanced(by: interval * Int(clamping: regained)) ?? now
        }
        guard left > 0 else { return false }
        left -= 1
        return true
    }
}
