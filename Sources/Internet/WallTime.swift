// A point in calendar time, for times from the journal and times that people read.

/// A point on CLOCK_REALTIME, in microseconds since 1970 in UTC (clock_gettime(2)). The clock can be set and so jump.
package struct WallTime: Comparable, Hashable, Sendable {
    package let microseconds: Int64

    /// Nothing before 1970 and nothing after the year 2255 is believed.
    package init(microseconds: Int64) { self.microseconds = min(max(microseconds, 0), 1 << 53) }

    package func advanced(by duration: Duration) -> WallTime {
        WallTime(microseconds: microseconds + duration.microseconds)
    }

    package func duration(to other: WallTime) -> Duration { .microseconds(other.microseconds - microseconds) }

    package static func < (left: WallTime, right: WallTime) -> Bool { left.microseconds < right.microseconds }
}
