// The survival table as text.

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
}
