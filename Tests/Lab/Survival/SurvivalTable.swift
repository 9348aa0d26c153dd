// The survival table as text, and where others do better than keep6.

struct SurvivalTable {
    let setups: [Setup]
    let rows: [String]
    let cells: [Setup: [String: Cell]]

    func cell(_ setup: Setup, _ row: String) -> Cell {
        cells[setup]?[row] ?? Cell(failure: "no host")
    }

    var markdown: String {
        let head = "| disruption | " + setups.map(\.title).joined(separator: " | ") + " |\n"
        let line = "|---|" + setups.map { _ in "---|" }.joined() + "\n"
        let body = rows.map { row in
            "| \(row) | " + setups.map { cell($0, row).text }.joined(separator: " | ") + " |\n"
        }
        return head + line + body.joined()
    }

    /// A list of the rows in which a setup without keep6 lost less than one with it, by more than chance.
    var betterOthers: String {
        let lines = rows.compactMap { row -> String? in
            let others = better(than: row)
            return others.isEmpty ? nil : "- \(row): \(others)\n"
        }
        return lines.isEmpty ? "In none of the rows.\n" : lines.joined()
    }

    private func better(than row: String) -> String {
        let kept = setups.filter { $0.hasKeep6 && cell($0, row).seconds != nil }
        let worst = kept.compactMap { cell($0, row).seconds }.max() ?? 0
        let others = setups.filter { setup in
            let cell = cell(setup, row)
            guard !setup.hasKeep6, let seconds = cell.seconds else { return false }
            return cell.grade != .offline && seconds + cell.tolerance < worst
        }
        guard !others.isEmpty else { return "" }
        return (others + kept).map { "\($0.title) \(cell($0, row).brief)" }.joined(separator: ", ")
    }
}
