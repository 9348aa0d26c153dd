// How often something may be done again.
import Internet

/// Repairs: the first three at once, then after a millisecond, two, four, up to a tenth of a second; after a minute of
/// those ever more slowly, up to once a minute.
///
/// Milliseconds, since `ip route flush` deletes in rounds until a round finds nothing: it must be let finish. Ten repairs
/// a second cost next to nothing, and are what keeps a host online whose route a script deletes all the time. A second
/// without a loss forgives, or sixty times the present delay if that is longer.
struct RepairBackoff: Sendable {
    private var count = 0
    private var last: Instant?

    private static let atOnce = 3
    /// So many follow those at once while the delay doubles.
    private static let doubling = 7
    private static let patient = Duration.milliseconds(100)
    /// So many come at that pace.
    private static let patience = 600
    private static let longest = Duration.seconds(60)

    /// When the next repair may be made; nil for at once.
    func earliest(at now: Instant) -> Instant? {
        guard let last, !isForgiven(at: now) else { return nil }
        let earliest = last.advanced(by: delay)
        return earliest > now ? earliest : nil
    }

    /// How long after a repair the next may come.
    private var delay: Duration {
        guard count >= RepairBackoff.atOnce else { return .zero }
        let further = count - RepairBackoff.atOnce
        if further < RepairBackoff.doubling { return .milliseconds(1 << further) }
        let late = further - RepairBackoff.doubling - RepairBackoff.patience
        if late < 0 { return RepairBackoff.patient }
        return min(RepairBackoff.patient * (2 << min(late, 10)), RepairBackoff.longest)
    }

    /// Whether there have just been so many repairs that somebody must be fighting.
    var isFight: Bool { count == RepairBackoff.fight }
    private static let fight = atOnce + 10

    /// Whether the last repair is worth a sentence: of those of a fight every second, fourth, eighth and so on is.
    var isWorthSaying: Bool {
        let further = count - RepairBackoff.fight
        return further <= 0 || further & (further - 1) == 0
    }

    mutating func repaired(at now: Instant) {
        count = isForgiven(at: now) ? 1 : count + 1
        last = now
    }

    private func isForgiven(at now: Instant) -> Bool {
        guard let last else { return true }
        return last.duration(to: now) > max(.seconds(1), delay * 60)
    }
}
