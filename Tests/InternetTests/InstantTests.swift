import Internet
import Testing

@Suite struct InstantTests {
    @Test func arithmetic() {
        let start = Instant(microseconds: 5_000_000)
        let end = start.advanced(by: .milliseconds(1500))
        #expect(end == Instant(microseconds: 6_500_000))
        #expect(start.duration(to: end) == .milliseconds(1500))
        #expect(end.duration(to: start) == .milliseconds(-1500))
        #expect(end.advanced(by: .milliseconds(-1500)) == start)
        #expect(start < end && !(end < start) && !(start < start))
    }

    private static let rows: [(Duration, Int64)] = [
        (.zero, 0), (.microseconds(1), 1), (.microseconds(-1), -1), (.seconds(3600), 3_600_000_000),
        (.nanoseconds(999), 0), (.nanoseconds(1999), 1), (.nanoseconds(-1), 0), (.nanoseconds(-1999), -1),
        (.milliseconds(-1500), -1_500_000), (.microseconds(Int64.max), .max), (.microseconds(Int64.min), .min),
    ]

    @Test(arguments: rows)
    func microseconds(duration: Duration, expected: Int64) {
        #expect(duration.microseconds == expected)
    }
}
