// The calendar of the host's time zone (localtime(3)).
import CLinux
import Internet

extension WallTime {
    /// Now, on CLOCK_REALTIME (clock_gettime(2)).
    package static var now: WallTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}

/// Days and times in the host's time zone, for an administrator.
package enum LocalTime {
    /// Midnights, oldest first: the starts of the last `count` days, including today, and the next midnight.
    ///
    /// A day has 23 or 25 hours when daylight saving time starts or ends.
    package static func midnights(of count: Int, until now: WallTime) -> [WallTime] {
        let today = parts(now)
        return (0...count).map { number in
            var midnight = tm()
            midnight.tm_year = today.tm_year
            midnight.tm_mon = today.tm_mon
            midnight.tm_mday = today.tm_mday + 1 - Int32(count - number)
            midnight.tm_isdst = -1
            return WallTime(microseconds: Int64(mktime(&midnight)) * 1_000_000)
        }
    }

    /// `2026-11-25 03:00:00`.
    package static func stamp(_ time: WallTime) -> String { text(time, "%Y-%m-%d %H:%M:%S") }

    /// `03:00:00`.
    package static func clock(_ time: WallTime) -> String { text(time, "%H:%M:%S") }

    private static func text(_ time: WallTime, _ format: String) -> String {
        var parts = parts(time)
        var bytes = [CChar](repeating: 0, count: 64)
        let count = strftime(&bytes, bytes.count, format, &parts)
        return String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func parts(_ time: WallTime) -> tm {
        var seconds = time_t(time.microseconds / 1_000_000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return parts
    }
}
