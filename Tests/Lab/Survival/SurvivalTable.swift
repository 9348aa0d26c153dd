// The survival table as text: the whole of it, its heart, and where others do better than keep6.

struct SurvivalTable {
    let setups: [Setup]
    let rows: [String]
    let cells: [Setup: [String: Cell]]

    /// What a reader in a hurry should see.
    static let heart = [
        "boot, libvirt network on autostart", "libvirt network started", "forwarding turned on by another program",
        "default route deleted",
        "router that advertises itself only when asked, lifetime 20 s, watched for 50 s",
        "carrier off for 2 s", "interface set down and up again", "uplink reconfigured by its manager",
    ]

    func cell(_ setup: Setup, _ row: String) -> Cell {
        cells[setup]?[row] ?? Cell(failure: "no host")
    }

    var markdown: String { markdown(of: rows) { $0.text } }

    /// The most telling rows, in few words.
    var excerpt: String { markdown(of: rows.filter(Self.heart.contains)) { $0.brief } }

    private func markdown(of rows: [String], _ words: (Cell) -> String) -> String {
        let head = "| disruption | " + setups.map(\.title).joined(separator: " | ") + " |\n"
        let line = "|---|" + setups.map { _ in "---|" }.joined() + "\n"
        let body = rows.map { row in
            "| \(row) | " + setups.map { words(cell($0, row)) }.joined(separator: " | ") + " |\n"
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
        let kept = setups.filter { $0.hasKeep6 && !$0.hasGuest && cell($0, row).seconds != nil }
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
