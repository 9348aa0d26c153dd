// A timeline as 80 columns of text: a line a day, then the outages.
import Configuration
import Internet
import Text

extension TimelineCell {
    /// Plain ASCII, for a console that knows no more.
    fileprivate var character: Character {
        switch self {
        case .online: "-"
        case .degraded: "~"
        case .unwatched: "."
        case .waiting: "o"
        case .off: " "
        case .brief: "!"
        case .offline: "#"
        }
    }

    fileprivate var color: Color? {
        switch self {
        case .online: .green
        case .degraded, .waiting: .yellow
        case .brief: .magenta
        case .offline: .red
        case .unwatched, .off: nil
        }
    }
}

extension Timeline {
    /// The most outages that are listed.
    static let outageLimit = 20

    /// What the characters mean, below all pictures.
    package static let legend = """
        - online    ~ online by keep6's own route    o no default route since the start
        # offline   ! for less than a second   . not watched   (blank) the host was off

        """

    /// The picture of the days and the newest outages; `stamp` writes a time as the administrator reads it.
    package func screen(days: [Range<WallTime>], isColored: Bool, stamp: (WallTime) -> String) -> String {
        let hours = [0, 3, 6, 9, 12, 15, 18, 21].map { "\($0)".padded(to: 9) }.joined()
        var lines = ["\(uplink): \(summary)", "", ("       " + hours).trimmed]
        for day in days {
            // 12:34 on 2026-11-25 is in the line '11-25'.
            let name = String(stamp(day.lowerBound).dropFirst(5).prefix(5))
            lines.append((name + "  " + picture(of: day, isColored)).trimmed)
        }
        return (lines + outageLines(stamp)).joined(separator: "\n") + "\n"
    }

    private func picture(of day: Range<WallTime>, _ isColored: Bool) -> String {
        var text = ""
        var color: Color?
        for cell in cells(of: day, count: 72) {
            if isColored, cell?.color != color {
                color = cell?.color
                text += color?.sequence ?? Color.end
            }
            text.append(cell?.character ?? " ")
        }
        return text + (color == nil ? "" : Color.end)
    }

    /// `online 99.98 %, offline for 4 min 12 s in 3 outages`.
    package var summary: String {
        let watched = time(in: [.online, .degraded, .waiting, .offline])
        guard watched > .zero else { return "nothing is known of this time" }
        let hundredths = time(in: [.online, .degraded]).microseconds / max(watched.microseconds / 10_000, 1)
        let outages = outages
        let isPerfect = outages.isEmpty
        // What was offline at all is never called 100 %.
        let share = min(hundredths, isPerfect ? 10_000 : 9_999)
        let digits = String(share % 100)
        let percent = "\(share / 100).\(digits.utf8.count < 2 ? "0" : "")\(digits)"
        guard !isPerfect else { return "online \(percent) %, no outage" }
        let count = outages.count == 1 ? "1 outage" : "\(outages.count) outages"
        return "online \(percent) %, offline for \(time(of: outages).words) in \(count)"
    }

    private func outageLines(_ stamp: (WallTime) -> String) -> [String] {
        let outages = outages
        guard !outages.isEmpty else { return [] }
        let listed = outages.suffix(Timeline.outageLimit)
        let title =
            listed.count < outages.count
            ? "The newest \(listed.count) of \(outages.count) outages, the newest last:" : "Outages, the newest last:"
        let lines = listed.flatMap { outage in
            ("  \(stamp(outage.from))  " + length(of: outage).padded(to: 15) + "  " + cause(of: outage))
                .wrapped(indentation: 40)
        }
        return ["", title] + lines
    }

    func length(of outage: Span) -> String {
        isOpen(outage) ? "not over yet" : outage.length.words
    }

    func cause(of outage: Span) -> String {
        outage.cause
            ?? (outage.state == .waiting ? "no default route since the guard started" : "the cause was not told")
    }
}
