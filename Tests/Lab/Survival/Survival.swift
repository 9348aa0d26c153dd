// What `make survival` measures: each disruption on each setup, on booted hosts, seen from the internet.
import Foundation
import Testing

@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["KEEP6_SURVIVAL"] == "1", "a measurement: 'make survival' runs it"),
    .serialized)
struct Survival {
    private static let environment = ProcessInfo.processInfo.environment

    private let release = DebianRelease(rawValue: environment["KEEP6_SURVIVAL_RELEASE"] ?? "") ?? .trixie
    private let setups = Setup.allCases.filter { chosen($0.title, by: "KEEP6_SURVIVAL_SETUPS") }
    private let boots = Boot.all.filter { chosen($0.title, by: "KEEP6_SURVIVAL_ROWS") }
    private let disruptions = Disruption.all.filter { chosen($0.title, by: "KEEP6_SURVIVAL_ROWS") }

    /// A comma-separated list of what titles may contain; empty for all.
    private static func chosen(_ title: String, by variable: String) -> Bool {
        let words = (environment[variable] ?? "").split(separator: ",")
        return words.isEmpty || words.contains { title.contains($0) }
    }

    @Test func table() async throws {
        let cells = Cells()
        await withTaskGroup(of: Void.self) { group in
            // Those that wait longest begin first.
            for setup in setups.sorted(by: { $0 == .recipe && $1 != .recipe }) {
                for boot in boots { group.addTask { await measure(boot, on: setup, into: cells) } }
                group.addTask { await measureDisruptions(on: setup, into: cells) }
            }
        }
        let rows = boots.map(\.title) + disruptions.map(\.title)
        let table = SurvivalTable(setups: setups, rows: rows, cells: cells.all)
        print("\n\(table.markdown)")
    }

    private func measure(_ boot: Boot, on setup: Setup, into cells: Cells) async {
        await lab { lab in cells.put(try boot.measure(setup, release, in: lab), setup, boot.title) }
    }

    /// One boot serves as long as the host can be put back as it was; a disruption that leaves it otherwise costs another.
    private func measureDisruptions(on setup: Setup, into cells: Cells) async {
        var left = disruptions[...]
        while !left.isEmpty {
            let before = left.count
            await lab { lab in
                let trial = try Trial(setup, release, in: lab)
                while let disruption = left.first {
                    if left.count < before {
                        do { try trial.reset() } catch { return }
                    }
                    left = left.dropFirst()
                    let cell: Cell
                    do { cell = try disruption.measure(trial) } catch { cell = Cell(failure: "\(error)") }
                    cells.put(cell, setup, disruption.title)
                }
            }
            // Whatever it was, it would be so at the next boot.
            if left.count == before { return }
        }
    }
}

/// What has been measured so far; each cell is told as it comes.
private final class Cells: @unchecked Sendable {
    private let lock = NSLock()
    private var measured: [Setup: [String: Cell]] = [:]

    var all: [Setup: [String: Cell]] { lock.withLock { measured } }

    func put(_ cell: Cell, _ setup: Setup, _ row: String) {
        lock.withLock { measured[setup, default: [:]][row] = cell }
        FileHandle.standardError.write(Data("\(setup.title): \(row): \(cell.text)\n".utf8))
    }
}
