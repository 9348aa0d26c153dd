// A timeline cut into days, and a day into cells of equal length, each as bad as its worst moment.
import Internet

/// What a cell shows, the worst last.
package enum TimelineCell: Int, CaseIterable, Sendable {
    case online, degraded, unwatched, waiting, off
    /// An outage below a second, which keep6 or a router ended before people notice.
    case brief
    case offline

    /// nil for what is too short to show: a guard that starts again, a router that answers soon.
    init?(_ span: Timeline.Span) {
        switch span.state {
        case .online: self = .online
        case .degraded: self = .degraded
        case .off: self = .off
        case .offline: self = span.length < .seconds(1) ? .brief : .offline
        case .unwatched, .waiting:
            guard span.length >= Timeline.patience else { return nil }
            self = span.state == .waiting ? .waiting : .unwatched
        }
    }
}

extension Timeline {
    /// The days between midnights, of which there is one more than there are days.
    package static func days(between midnights: [WallTime]) -> [Range<WallTime>] {
        zip(midnights, midnights.dropFirst()).map { $0..<max($0, $1) }
    }

    /// The cells of a day; nil for one that is yet to come.
    package func cells(of day: Range<WallTime>, count: Int) -> [TimelineCell?] {
        var cells = [TimelineCell?](repeating: nil, count: count)
        let length = max(day.lowerBound.duration(to: day.upperBound).microseconds, 1)
        func position(_ time: WallTime) -> Int64 {
            day.lowerBound.duration(to: time).microseconds * Int64(count)
        }
        for span in spans where span.from < day.upperBound && span.to >= day.lowerBound {
            guard let cell = TimelineCell(span) else { continue }
            let first = Int(max(position(span.from), 0) / length)
            // What ends where a cell begins is not in it, unless it has no length.
            let last = max(Int((position(span.to) - 1) / length), span.from == span.to ? first : -1)
            guard first < count, first <= last else { continue }
            for index in first...min(last, count - 1) where cell.rawValue > cells[index]?.rawValue ?? -1 {
                cells[index] = cell
            }
        }
        return cells
    }
}
