// The survival table as a picture: which setup is online throughout, interrupted, or left offline.
import Foundation

struct Picture {
    let table: SurvivalTable

    private static let (labels, width, height, head, margin) = (420, 84, 24, 59, 12)

    /// SVG 1.1 that follows the reader's choice of light or dark.
    var svg: String {
        let width = Self.labels + table.setups.count * Self.width + Self.margin
        let height = Self.head + table.rows.count * Self.height + 40
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
            viewBox="0 0 \(width) \(height)" role="img" aria-labelledby="title">
            <title id="title">What each setup loses to each disruption</title>
            <style>
            \(Self.style)
            </style>
            \(heads)\(rows)\(legend(at: height - 14))</svg>

            """
    }

    /// The colors keep their meaning for the color-blind: offline is the darkest, and every cell has its words.
    private static let style = """
        text { font: 12px system-ui, sans-serif; fill: #1f2328 }
        .head { font-weight: 600 } .middle { text-anchor: middle } .end { text-anchor: end }
        .well { fill: #aceebb } .harmed { fill: #ffe08a } .offline { fill: #d1593f } .none { fill: #eef0f2 }
        text.offline { fill: #ffffff } text.well, text.harmed { fill: #1f2328 } text.none { fill: #656d76 }
        @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3 }
        .well { fill: #1f6f3a } .harmed { fill: #7a5c00 } .offline { fill: #c4432b } .none { fill: #21262d }
        text.well, text.harmed, text.offline { fill: #ffffff } text.none { fill: #9198a1 }
        }
        """

    private var heads: String {
        table.setups.enumerated().map { column, setup in
            let middle = Self.labels + column * Self.width + Self.width / 2
            return setup.shortTitle.enumerated().map { line, word in
                "<text class=\"head middle\" x=\"\(middle)\" y=\"\(18 + line * 15)\">\(Self.escaped(word))</text>\n"
            }.joined()
        }.joined()
    }

    private var rows: String {
        table.rows.enumerated().map { number, row in
            let top = Self.head + number * Self.height
            let title = [", watched", ": "].reduce(row) { $0.components(separatedBy: $1)[0] }
            let label =
                "<text class=\"end\" x=\"\(Self.labels - 10)\" y=\"\(top + 16)\">\(Self.escaped(title))</text>\n"
            let cells = table.setups.enumerated().map { column, setup in
                cell(table.cell(setup, row), left: Self.labels + column * Self.width, top: top)
            }
            return label + cells.joined()
        }.joined()
    }

    private func cell(_ cell: Cell, left: Int, top: Int) -> String {
        box(cell.grade, left: left, top: top, width: Self.width - 4)
            + "<text class=\"middle \(cell.grade)\" x=\"\(left + Self.width / 2 - 2)\" y=\"\(top + 16)\">"
            + "\(Self.escaped(cell.brief))</text>\n"
    }

    private func box(_ grade: Cell.Grade, left: Int, top: Int, width: Int) -> String {
        "<rect class=\"\(grade)\" x=\"\(left)\" y=\"\(top)\" width=\"\(width)\" height=\"\(Self.height - 4)\""
            + " rx=\"3\"/>\n"
    }

    private func legend(at bottom: Int) -> String {
        let entries: [(Cell.Grade, String)] = [
            (.well, "nothing lost"), (.harmed, "interrupted, for so long, or otherwise harmed"),
            (.offline, "still offline at the end"),
        ]
        var left = Self.labels
        return entries.map { grade, words in
            defer { left += 40 + words.count * 7 }
            return box(grade, left: left, top: bottom - 14, width: 20)
                + "<text x=\"\(left + 26)\" y=\"\(bottom)\">\(words)</text>\n"
        }.joined()
    }

    private static func escaped(_ text: String) -> String {
        text.map { ["&": "&amp;", "<": "&lt;", ">": "&gt;"][$0] ?? String($0) }.joined()
    }
}
