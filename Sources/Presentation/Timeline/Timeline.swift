// How one uplink was in the last days: from the journal's entries to spans of time, each in one state. No I/O.
import Internet

/// The past of one uplink.
package struct Timeline: Sendable {
    package enum State: String, Sendable {
        /// There is a default route, and it is the configured one.
        case online
        /// There is one, and it is keep6's own until the router's is back.
        case degraded
        /// The guard did not run, or the journal does not reach back so far.
        case unwatched
        /// The guard runs, and since its start there was no default route yet.
        case waiting
        /// The host was off.
        case off
        /// There was a default route, and it was lost.
        case offline
    }

    /// A time in one state, from its first microsecond to the one after its last.
    package struct Span: Equatable, Sendable {
        package let state: State
        package internal(set) var from: WallTime
        package internal(set) var to: WallTime
        /// Why it is offline, if that was said.
        package internal(set) var cause: String?

        package var length: Duration { from.duration(to: to) }
    }

    package let uplink: InterfaceName
    /// The time that was asked about.
    package let window: Range<WallTime>
    /// One after the other, without gaps, to the window's end; the first may begin before the window does.
    package private(set) var spans: [Span]

    /// The entries and boots are in the order of time, the newest boot is the one that runs; `now` is the uplink's
    /// state if a guard watches it, for a boot whose entries the journal has no more.
    package init(
        of uplink: InterfaceName, entries: [TimelineEntry], boots: [TimelineBoot], window: Range<WallTime>,
        now: State? = nil
    ) {
        self.uplink = uplink
        self.window = window
        let entries = Dictionary(grouping: entries, by: \.boot)
        var past = TimelinePast()
        for (number, boot) in boots.enumerated() {
            let isRunning = number == boots.count - 1
            past.begin(boot, until: isRunning ? window.upperBound : min(boot.to, window.upperBound))
            let own = entries[boot.id] ?? []
            for entry in own { past.apply(entry) }
            if isRunning, own.isEmpty, let now { past.change(to: now, at: past.bootBegin) }
            past.end()
        }
        spans = past.spans.filter { $0.to > window.lowerBound && $0.from < window.upperBound }
        let known = spans.first?.from ?? window.upperBound
        guard known > window.lowerBound else { return }
        if spans.first?.state == .unwatched {
            spans[0].from = window.lowerBound
        } else {
            spans.insert(Span(state: .unwatched, from: window.lowerBound, to: known), at: 0)
        }
    }

    /// The spans that are to be listed as outages; the guard's first minute without a route is none.
    package var outages: [Span] {
        spans.filter { $0.state == .offline || $0.state == .waiting && $0.length >= Timeline.patience }
    }

    /// How long a new guard may have no route, or a guard may take to start again, before the timeline shows it.
    static let patience = Duration.seconds(60)

    /// Whether the span is not over yet.
    package func isOpen(_ span: Span) -> Bool { span == spans.last }

    /// For how long it was so, within the window.
    package func time(in states: Set<State>) -> Duration { time(of: spans.filter { states.contains($0.state) }) }

    func time(of spans: [Span]) -> Duration {
        spans.reduce(.zero) { $0 + max($1.from, window.lowerBound).duration(to: $1.to) }
    }
}

/// The spans as they grow.
private struct TimelinePast {
    var spans: [Timeline.Span] = []
    private(set) var bootBegin = WallTime(microseconds: 0)
    private var bootEnd = WallTime(microseconds: 0)
    private var run: String?
    private var isPinned = false
    /// No outage can have begun before that.
    private var outageFloor = WallTime(microseconds: 0)

    private var state: Timeline.State? { spans.last?.state }
    private var lastTime: WallTime { spans.last?.to ?? bootBegin }

    /// Between two boots the host was off; a clock that was set back meanwhile makes that no time at all.
    mutating func begin(_ boot: TimelineBoot, until end: WallTime) {
        bootBegin = max(boot.from, bootEnd)
        bootEnd = max(end, bootBegin)
        if !spans.isEmpty, lastTime < bootBegin { change(to: .off, at: lastTime) }
        run = nil
        outageFloor = bootBegin
        change(to: .unwatched, at: bootBegin)
    }

    mutating func end() { advance(to: bootEnd) }

    mutating func apply(_ entry: TimelineEntry) {
        let time = min(max(entry.time, lastTime), bootEnd)
        guard let event = entry.event else {
            run = nil
            return change(to: .unwatched, at: time)
        }
        if run == nil, state == .unwatched, event == .ready || event == .online { change(to: .waiting, at: time) }
        if let run, run != entry.run { change(to: .waiting, at: time) }
        run = entry.run
        switch event {
        case .ready: break
        case .online:
            isPinned = entry.route == .pinned
            change(to: entry.route == .substitute ? .degraded : .online, at: time)
        case .lost, .linkGone: lose(entry.cause ?? "the interface is gone", at: time)
        case .restored: endOutage(entry, with: isPinned ? .online : .degraded, at: time)
        case .returned: endOutage(entry, with: .online, at: time)
        case .relieved: change(to: .online, at: time)
        case .overruled: change(to: .degraded, at: time)
        case .addressRestored:
            guard let state, state == .online || state == .degraded else { break }
            endOutage(entry, with: state, cause: "a program took an address away", at: time)
        default: break
        }
    }

    mutating func change(to state: Timeline.State, at time: WallTime, cause: String? = nil) {
        advance(to: time)
        guard state != self.state else { return }
        if let last = spans.last, last.from == time, last.state != .offline { spans.removeLast() }
        guard state != self.state else { return }
        spans.append(Timeline.Span(state: state, from: time, to: time, cause: cause))
    }

    private mutating func advance(to time: WallTime) {
        guard let last = spans.indices.last else { return }
        spans[last].to = max(spans[last].to, time)
    }

    /// An interface that goes says so itself first, and then the route that went with it says why.
    private mutating func lose(_ cause: String, at time: WallTime) {
        change(to: .offline, at: time, cause: cause)
        spans[spans.count - 1].cause = cause
    }

    /// The guard measures an outage from the loss on, which may have no entry of its own.
    private mutating func endOutage(
        _ entry: TimelineEntry, with next: Timeline.State, cause: String? = nil, at time: WallTime
    ) {
        let told = state == .offline ? spans.popLast() : nil
        let measured = entry.outage.map { time.advanced(by: .zero - $0) }
        let from = max(measured ?? told?.from ?? time, outageFloor)
        while let last = spans.last, last.from >= from, last.state != .offline { spans.removeLast() }
        if let last = spans.indices.last { spans[last].to = from }
        spans.append(
            Timeline.Span(state: .offline, from: from, to: time, cause: entry.cause ?? told?.cause ?? cause))
        outageFloor = time
        change(to: next, at: time)
    }
}
