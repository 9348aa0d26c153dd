// When what failed is tried again, where no event may tell that it would go well now.
import Internet

/// After four seconds, and then after twice as long each time, up to five minutes.
package struct RefreshBackoff {
    private var delay = Duration.seconds(4)

    package init() {}

    package mutating func next(after now: Instant) -> Instant {
        defer { delay = min(delay * 2, .seconds(300)) }
        return now.advanced(by: delay)
    }
}
