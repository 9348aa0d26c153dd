// Timelines as one SVG file that needs nothing else: no scripts, no fonts, no links (SVG 1.1).
import Configuration
import Internet

/// Draws timelines one below the other.
package struct TimelineSVG {
    private let days: [Range<WallTime>]
    private let stamp: (WallTime) -> String
    private var body: [String] = []
    private var y = 0

    private static let left = 60
    private static let width = 720
    private static let rowHeight = 16
    private static let margin = 16
    /// Two and a half pixels each, and five minutes.
    private static let cells = 288

    private init(_ days: [Range<WallTime>], _ stamp: @escaping (WallTime) -> String) {
        self.days = days
        self.stamp = stamp
    }

    /// The whole file; `stamp` writes a time as the administrator reads it.
    package static func text(
        of timelines: [Timeline], days: [Range<WallTime>], stamp: @escaping (WallTime) -> String
    ) -> String {
        var drawing = TimelineSVG(days, stamp)
        for timeline in timelines { drawing.draw(timeline) }
        drawing.drawLegend()
        let (width, height) = (left + TimelineSVG.width + margin, drawing.y + margin)
        let head = """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)" \
            role="img">
            <title>\(escaped(title(of: timelines)))</title>
            \(style)
            <rect class="page" width="\(width)" height="\(height)"/>

            """
        return head + drawing.body.joined(separator: "\n") + "\n</svg>\n"
    }

    private static func title(of timelines: [Timeline]) -> String {
        timelines.map { "\($0.uplink): \($0.summary)" }.joined(separator: "; ")
    }

    /// The colors of outages also differ in lightness, for people who cannot tell red from green.
    private static let style = """
        <style>
        text { font: 12px sans-serif; fill: #222 }
        .head { font-weight: bold }
        .page { fill: #fff }
        .online { fill: #9ed8a4 } .degraded { fill: #e3c04b } .unwatched { fill: #ddd } .waiting { fill: #e39a4b }
        .off { fill: #fff; stroke: #ddd; stroke-width: 0.5 } .brief { fill: #7b2fbe } .offline { fill: #b3141c }
        @media (prefers-color-scheme: dark) {
        text { fill: #ddd }
        .page { fill: #181818 }
        .online { fill: #2f7d4a } .degraded { fill: #a8861c } .unwatched { fill: #3a3a3a } .waiting { fill: #b06a1c }
        .off { fill: #181818; stroke: #3a3a3a } .brief { fill: #c79bf0 } .offline { fill: #ff6b6b }
        }
        </style>
        """

    /// By scalars, because an accent after a `<` forms one character with it, but is still XML.
    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}

// MARK: - Drawing

extension TimelineSVG {
    private mutating func draw(_ timeline: Timeline) {
        y += TimelineSVG.margin + 8
        write("\(timeline.uplink): \(timeline.summary)", x: TimelineSVG.margin, kind: "head")
        y += TimelineSVG.rowHeight
        for hour in stride(from: 0, to: 24, by: 3) {
            write("\(hour)", x: TimelineSVG.left + TimelineSVG.width * hour / 24)
        }
        y += 4
        for day in days {
            draw(timeline.cells(of: day, count: TimelineSVG.cells))
            y += TimelineSVG.rowHeight
            let label = stamp(day.lowerBound).dropFirst(5).prefix(5)
            write(String(label), x: TimelineSVG.margin, above: 4)
        }
        let outages = timeline.outages
        let listed = outages.suffix(Timeline.outageLimit)
        y += 4
        if listed.count < outages.count {
            y += TimelineSVG.rowHeight
            write("The newest \(listed.count) of \(outages.count) outages:", x: TimelineSVG.margin)
        }
        for outage in listed {
            y += TimelineSVG.rowHeight
            write(stamp(outage.from), x: TimelineSVG.margin)
            write(timeline.length(of: outage), x: 160)
            write(timeline.cause(of: outage), x: 260)
        }
    }

    /// Draws one rectangle for equal adjacent cells.
    private mutating func draw(_ cells: [TimelineCell?]) {
        var start = 0
        for end in 1...cells.count where end == cells.count || cells[end] != cells[start] {
            if let cell = cells[start] { rectangle(cell, from: start, to: end) }
            start = end
        }
    }

    private mutating func drawLegend() {
        y += TimelineSVG.margin + 8
        let words: [(TimelineCell, String)] = [
            (.online, "online"), (.degraded, "by keep6's own route"), (.brief, "offline below 1 s"),
            (.offline, "offline"), (.waiting, "no route yet"), (.unwatched, "not watched"), (.off, "off"),
        ]
        let columns = [0, 65, 220, 345, 410, 510, 610]
        for ((cell, word), column) in zip(words, columns) {
            let x = TimelineSVG.left + column
            body.append("<rect class=\"\(cell)\" x=\"\(x)\" y=\"\(y - 10)\" width=\"10\" height=\"10\"/>")
            write(word, x: x + 15)
        }
    }

    private mutating func rectangle(_ cell: TimelineCell, from start: Int, to end: Int) {
        let x = TimelineSVG.left * 10 + TimelineSVG.width * 10 * start / TimelineSVG.cells
        let width = TimelineSVG.width * 10 * (end - start) / TimelineSVG.cells
        body.append(
            "<rect class=\"\(cell)\" x=\"\(x / 10).\(x % 10)\" y=\"\(y)\" width=\"\(width / 10).\(width % 10)\""
                + " height=\"\(TimelineSVG.rowHeight - 2)\"/>")
    }

    private mutating func write(_ text: String, x: Int, above: Int = 0, kind: String? = nil) {
        let kind = kind.map { " class=\"\($0)\"" } ?? ""
        body.append("<text\(kind) x=\"\(x)\" y=\"\(y - above)\">\(TimelineSVG.escaped(text))</text>")
    }
}
