// How often something may be done, so that who asks for it without end costs little.
import Internet

/// So many at once, and so many a second in the long run (a token bucket).
package struct Allowance: Equatable, Sendable {
    private let burst: Int
    private let interval: Duration
    private var left: Int
    private var last: Instant?

    package init(burst: Int, perSecond: Int) {
        self.burst = burst
        interval = .microseconds(1_000_000 / perSecond)
        left = burst
    }

    /// Takes one; false if none is left.
    package mutating func consume(at now: Instant) -> Bool {
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

/// Lets a sentence be said once a minute, and counts what it stands for.
package struct OnceAMinute: Equatable, Sendable {
    private var last: Instant?
    private var count = 0

    package init() {}

    /// Takes one occurrence; returns how many there were since the last time, if it may be said now.
    package mutating func consume(at now: Instant) -> Int? {
        count += 1
        if let last, last.duration(to: now) < .seconds(60) { return nil }
        defer { count = 0 }
        last = now
        return count
    }
}

/// Lets so many messages through in each second; the rest of it nothing is to be heard.
package struct SecondGate: Equatable, Sendable {
    private let limit: Int
    private var count = 0
    private var second: Instant?

    package init(limit: Int) { self.limit = limit }

    /// Whether the last message was the first of its second.
    package var isFresh: Bool { count == 1 }

    /// Takes one message; returns when the next ones may come, if it was the last for now.
    package mutating func consume(at now: Instant) -> Instant? {
        if second.map({ $0.duration(to: now) >= .seconds(1) }) ?? true { (second, count) = (now, 0) }
        count += 1
        return count < limit ? nil : second?.advanced(by: .seconds(1))
    }
}
