// What the journal says about an uplink's past, one entry at a time, checked before anything is made of it.
import Firewall
import Internet
import StateMachines
import Text

/// One of the guard's entries in the journal, or systemd's that the guard has stopped.
package struct TimelineEntry: Equatable, Sendable {
    /// What can happen; other events change nothing in the picture.
    package static let events: [JournalEvent] = [
        .ready, .online, .lost, .restored, .returned, .relieved, .overruled, .linkGone, .addressRestored,
    ]

    package let time: WallTime
    /// The boot that it happened in.
    package let boot: String
    /// One run of the guard, from its start to its end (`_SYSTEMD_INVOCATION_ID`).
    package let run: String
    /// nil if the guard has stopped.
    package let event: JournalEvent?
    /// Fit to be shown.
    package let cause: String?
    package let outage: Duration?
    package let route: RouteOrigin?

    /// The fields beside KEEP6_EVENT= that are read.
    package static let fields = ["KEEP6_CAUSE", "KEEP6_OUTAGE_USEC", "KEEP6_ROUTE"]

    /// Takes the guard's entry apart; nil if it is none that the picture needs.
    ///
    /// A cause that is too long is cut, and an outage that keep6 cannot have measured is left out.
    package init?(at time: WallTime, boot: String, run: String, event: String, field: (String) -> String?) {
        guard let event = TimelineEntry.events.first(where: { $0.name == event }) else { return nil }
        self.time = time
        self.boot = boot
        self.run = run
        self.event = event
        cause = field("KEEP6_CAUSE").map { $0.printable(limit: TimelineEntry.causeLimit) }
        outage = field("KEEP6_OUTAGE_USEC").flatMap { Int64($0) }.flatMap { microseconds in
            (0...1 << 50).contains(microseconds) ? .microseconds(microseconds) : nil
        }
        route = field("KEEP6_ROUTE").flatMap { RouteOrigin(rawValue: $0) }
    }

    /// systemd's entry that the guard has stopped.
    package init(guardStoppedAt time: WallTime, boot: String) {
        self.time = time
        self.boot = boot
        run = ""
        event = nil
        cause = nil
        outage = nil
        route = nil
    }

    /// The longest clause of keep6's own has 90 bytes.
    private static let causeLimit = 200
}

/// A boot, from its first entry in the journal to its last.
package struct TimelineBoot: Equatable, Sendable {
    package let id: String
    package let from: WallTime
    package let to: WallTime

    package init(id: String, from: WallTime, to: WallTime) {
        self.id = id
        self.from = from
        self.to = to
    }
}
