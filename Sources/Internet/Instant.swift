// A point in time, given to the core as an argument.

/// A point on CLOCK_BOOTTIME, in microseconds since the machine started, suspension included (clock_gettime(2)).
package struct Instant: InstantProtocol, Sendable {
    package let microseconds: Int64
    package init(microseconds: Int64) { self.microseconds = microseconds }

    package func advanced(by duration: Duration) -> Instant {
        Instant(microseconds: microseconds + duration.microseconds)
    }

    package func duration(to other: Instant) -> Duration { .microseconds(other.microseconds - microseconds) }

    package static func < (left: Instant, right: Instant) -> Bool { left.microseconds < right.microseconds }
}

extension Duration {
    /// The whole microseconds, the rest cut off; the range is that of Int64.
    package var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}
