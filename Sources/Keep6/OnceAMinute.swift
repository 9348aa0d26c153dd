// How often a sentence is said, so that what happens again and again does not fill the journal.
import Internet

/// Lets a sentence be said once a minute, and counts what it stands for.
public struct OnceAMinute: Equatable, Sendable {
    private var last: Instant?
    private var count = 0

    public init() {}

    /// Takes one occurrence; returns how many there were since the last time, if it may be said now.
    public mutating func take(at now: Instant) -> Int? {
        count += 1
        if let last, last.duration(to: now) < .seconds(60) { return nil }
        defer { count = 0 }
        last = now
        return count
    }
}
