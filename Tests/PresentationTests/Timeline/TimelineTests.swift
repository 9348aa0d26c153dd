// An uplink's past, from entries of the journal to spans, and from spans to cells.
import Internet
import Testing

@testable import Presentation

/// Seconds after a midnight, on the second day of 1970 in UTC.
func at(_ seconds: Double) -> WallTime {
    WallTime(microseconds: 86_400_000_000 + Int64((seconds * 1_000_000).rounded()))
}

/// A guard's entry, as the journal has it.
func entry(
    _ event: String, _ seconds: Double, boot: String = "b", run: String = "r", _ fields: [String: String] = [:]
) -> TimelineEntry {
    TimelineEntry(at: at(seconds), boot: boot, run: run, event: event) { fields[$0] }!
}

/// A boot of that day.
func boot(_ from: Double, _ to: Double, id: String = "b") -> TimelineBoot {
    TimelineBoot(id: id, from: at(from), to: at(to))
}

/// The timeline of an hour of that day, unless told otherwise.
func past(
    _ entries: [TimelineEntry], boots: [TimelineBoot] = [boot(0, 3600)], from: Double = 0, to: Double = 3600,
    now: Timeline.State? = nil
) -> Timeline {
    Timeline(of: InterfaceName("eth0")!, entries: entries, boots: boots, window: at(from)..<at(to), now: now)
}

@Suite struct TimelineTests {
    /// `0 unwatched, 5 waiting`: where each span begins, in seconds, with its cause in brackets.
    private func story(_ timeline: Timeline) -> String {
        #expect(zip(timeline.spans, timeline.spans.dropFirst()).allSatisfy { $0.to == $1.from })
        #expect(timeline.spans.last?.to == timeline.window.upperBound)
        return timeline.spans.map { span in
            let microseconds = span.from.microseconds - at(0).microseconds
            let fraction = microseconds % 1_000_000 == 0 ? "" : ".\(microseconds % 1_000_000)"
            return "\(microseconds / 1_000_000)\(fraction) \(span.state)\(span.cause.map { " (\($0))" } ?? "")"
        }.joined(separator: ", ")
    }

    private let started = [entry("ready", 10), entry("online", 12, ["KEEP6_ROUTE": "router"])]

    @Test func aBoot() {
        #expect(story(past(started)) == "0 unwatched, 10 waiting, 12 online")
        let together = [entry("online", 10, ["KEEP6_ROUTE": "router"]), entry("ready", 10)]
        #expect(story(past(together)) == "0 unwatched, 10 online")
    }

    @Test func aRouteThatKeep6PutBack() {
        let lost = ["KEEP6_CAUSE": "deleted by 'ip' (pid 7)", "KEEP6_OUTAGE_USEC": "84"]
        let timeline = past(started + [entry("restored", 100, lost), entry("relieved", 100.5)])
        #expect(
            story(timeline) == "0 unwatched, 10 waiting, 12 online, 99.999916 offline (deleted by 'ip' (pid 7)),"
                + " 100 degraded, 100.500000 online")
        #expect(timeline.outages.map(\.length) == [.microseconds(84)])
    }

    @Test func aRouteThatARouterGaveBack() {
        let lost = entry("lost", 100, ["KEEP6_CAUSE": "the router withdrew itself"])
        let returned = entry("returned", 400, ["KEEP6_OUTAGE_USEC": "301000000"])
        #expect(
            story(past(started + [lost, returned]))
                == "0 unwatched, 10 waiting, 12 online, 99 offline (the router withdrew itself), 400 online")
        #expect(
            story(past(started + [lost])) == "0 unwatched, 10 waiting, 12 online, 100 offline (the router withdrew"
                + " itself)")
        #expect(past(started + [lost]).outages.allSatisfy { past(started + [lost]).isOpen($0) })
        #expect(story(past(started + [returned])) == "0 unwatched, 10 waiting, 12 online, 99 offline, 400 online")
    }

    @Test func anInterfaceThatGoesTellsOfItselfBeforeTheRoute() {
        let gone = [entry("link-gone", 100), entry("lost", 100, ["KEEP6_CAUSE": "the link went down"])]
        let said = story(past(started + gone))
        #expect(said == "0 unwatched, 10 waiting, 12 online, 100 offline (the link went down)")
        #expect(story(past(started + [gone[0]])).hasSuffix("100 offline (the interface is gone)"))
    }

    @Test func thePinnedGatewaysOwnRouteIsNoSubstitute() {
        let pinned = entry("online", 10, ["KEEP6_ROUTE": "pinned"])
        let restored = entry("restored", 100, ["KEEP6_CAUSE": "removed by the kernel", "KEEP6_OUTAGE_USEC": "1000000"])
        #expect(
            story(past([pinned, restored])) == "0 unwatched, 10 online, 99 offline (removed by the kernel), 100 online")
        let substitute = entry("online", 10, ["KEEP6_ROUTE": "substitute"])
        #expect(story(past([substitute])) == "0 unwatched, 10 degraded")
    }

    @Test func aDeadRouteThatIsOverruledAndAnAddressThatWasTaken() {
        let overruled = past(started + [entry("overruled", 100), entry("relieved", 200)])
        #expect(story(overruled).hasSuffix("12 online, 100 degraded, 200 online"))
        let taken = past(started + [entry("address-restored", 100, ["KEEP6_OUTAGE_USEC": "2000000"])])
        #expect(story(taken).hasSuffix("12 online, 98 offline (a program took an address away), 100 online"))
    }

    @Test func aGuardThatStopsAndOneThatIsStartedAnew() {
        let stop = TimelineEntry(guardStoppedAt: at(100), boot: "b")
        #expect(story(past(started + [stop])) == "0 unwatched, 10 waiting, 12 online, 100 unwatched")
        let again = [entry("ready", 200, run: "s"), entry("online", 203, run: "s", ["KEEP6_ROUTE": "router"])]
        #expect(
            story(past(started + [stop] + again))
                == "0 unwatched, 10 waiting, 12 online, 100 unwatched, 200 waiting, 203 online")
        // Killed, it says nothing.
        #expect(story(past(started + again)) == "0 unwatched, 10 waiting, 12 online, 200 waiting, 203 online")
    }

    @Test func theHostWasOff() {
        let boots = [boot(0, 1000, id: "a"), boot(1500, 1501, id: "b")]
        let before = [entry("online", 10, boot: "a", run: "q", ["KEEP6_ROUTE": "router"])]
        let after = [entry("online", 1502, ["KEEP6_ROUTE": "router"])]
        #expect(
            story(past(before + after, boots: boots))
                == "0 unwatched, 10 online, 1000 off, 1500 unwatched, 1502 online")
        #expect(story(past(before, boots: boots)) == "0 unwatched, 10 online, 1000 off, 1500 unwatched")
        // Lost when it was turned off: the outage ends there.
        let lost = before + [entry("lost", 900, boot: "a", run: "q", ["KEEP6_CAUSE": "x"])]
        let timeline = past(lost + after, boots: boots)
        #expect(timeline.outages.map(\.length) == [.seconds(100)] && !timeline.isOpen(timeline.outages[0]))
    }

    @Test func whatIsOlderThanTheWindowCountsToo() {
        let boots = [boot(0, 100, id: "a"), boot(200, 3600, id: "b")]
        let old = [entry("ready", 210), entry("online", 220, ["KEEP6_ROUTE": "router"])]
        #expect(story(past(old, boots: boots, from: 1000)) == "220 online")
        #expect(story(past(old, boots: boots, from: 150)) == "100 off, 200 unwatched, 210 waiting, 220 online")
        #expect(past(old, boots: boots, from: 1000).time(in: [.online]) == .seconds(2600))
        #expect(story(past([], boots: [boot(2000, 2001)])) == "0 unwatched")
        #expect(story(past([], boots: [])) == "0 unwatched")
    }

    @Test func aBootWhoseEntriesTheJournalHasNoMore() {
        #expect(story(past([], boots: [boot(100, 200)], now: .online)) == "0 unwatched, 100 online")
        #expect(story(past(started, boots: [boot(0, 200)], now: .offline)).hasSuffix("12 online"))
    }

    @Test func timesThatCannotBeAreBent() {
        // Into the past, before the boot, longer than the guard ran, after now.
        let bad = ["KEEP6_CAUSE": "c", "KEEP6_OUTAGE_USEC": "999999999999"]
        let entries =
            started + [entry("restored", 5, bad), entry("restored", 100, bad), entry("returned", 90, bad)]
            + [entry("lost", 99_999, ["KEEP6_CAUSE": "late"])]
        let timeline = past(entries)
        _ = story(timeline)
        #expect(timeline.spans.allSatisfy { $0.from <= $0.to })
        #expect(timeline.outages.count == 3)
        let overlapping = [boot(0, 1000, id: "a"), boot(500, 900, id: "b"), boot(800, 1200, id: "c")]
        _ = story(past(entries, boots: overlapping))
    }

    @Test func fieldsAreNotTrusted() {
        let evil = entry("lost", 1, ["KEEP6_CAUSE": "a\u{1b}[2J\u{202e}\n" + String(repeating: "x", count: 5000)])
        #expect(evil.cause?.hasPrefix("a\\u{1b}[2J\\u{202e}\\u{a}xxx") == true)
        #expect((evil.cause?.utf8.count ?? 0) <= 203)
        for text in ["-1", "", "1e3", "99999999999999999999", "1125899906842625", " 1", "ten"] {
            #expect(entry("restored", 1, ["KEEP6_OUTAGE_USEC": text]).outage == nil, "\(text)")
        }
        #expect(entry("online", 1, ["KEEP6_ROUTE": "mine"]).route == nil)
        for event in ["", "poked", "Ready", "fight", "ready "] {
            #expect(TimelineEntry(at: at(0), boot: "b", run: "r", event: event) { _ in nil } == nil, "\(event)")
        }
    }

    @Test func aCellIsAsBadAsItsWorstMoment() {
        let lost = ["KEEP6_CAUSE": "c", "KEEP6_OUTAGE_USEC": "84"]
        let entries = [
            entry("online", 0, ["KEEP6_ROUTE": "router"]), entry("restored", 700, lost), entry("relieved", 700.001),
            entry("lost", 1000, ["KEEP6_CAUSE": "c"]), entry("returned", 1200, ["KEEP6_OUTAGE_USEC": "200000000"]),
            entry("overruled", 1900), entry("relieved", 1901),
        ]
        let cells = past(entries, to: 2700).cells(of: at(0)..<at(3600), count: 18)
        let expected: [TimelineCell?] = [
            .online, .online, .online, .brief, .online, .offline, .online, .online, .online, .degraded, .online,
            .online, .online, .online, nil, nil, nil, nil,
        ]
        #expect(cells == expected)
        // Cells of 200 s: the outage fills its own and no other.
        #expect(past(entries, to: 2700).cells(of: at(3600)..<at(7200), count: 2) == [nil, nil])
        #expect(past(entries, to: 2700).cells(of: at(-3600)..<at(0), count: 2) == [nil, nil])
    }

    @Test func aGuardThatIsStartedAnewIsNotSeen() {
        let stop = TimelineEntry(guardStoppedAt: at(100), boot: "b")
        let again = entry("online", 159, run: "s", ["KEEP6_ROUTE": "router"])
        let online = entry("online", 0, ["KEEP6_ROUTE": "router"])
        #expect(past([online, stop, again]).cells(of: at(0)..<at(3600), count: 2) == [.online, .online])
        let late = entry("online", 160, run: "s", ["KEEP6_ROUTE": "router"])
        #expect(past([online, stop, late]).cells(of: at(0)..<at(3600), count: 2) == [.unwatched, .online])
    }
}
