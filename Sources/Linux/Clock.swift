// The clock that instants are read from.
import CLinux
import Internet

extension Instant {
    /// Now, on CLOCK_BOOTTIME (clock_gettime(2)).
    package static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}
