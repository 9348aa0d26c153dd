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

    /// Hosts that only wait do not burden the machine.
    private static let hostsAtOnce = 5

    private enum Errand: Sendable {
        case boot(Boot, Setup)
        case disruptions(Setup)
    }

    /// Those that take longest come first.
    private var errands: [Errand] {
        let ordered = setups.sorted { $0 == .recipe && $1 != .recipe }
        let all = ordered.flatMap { setup in boots.map { Errand.boot($0, setup) } }
        let long = setups.contains(.recipe) ? boots.count : 0
        return all[..<long] + (disruptions.isEmpty ? [] : ordered.map { .disruptions($0) }) + all[long...]
    }

    @Test func table() async throws {
        let circumstances = try Circumstances(release)
        let cells = Cells()
        await withTaskGroup(of: Void.self) { group in
            for (number, errand) in errands.enumerated() {
                if number >= Self.hostsAtOnce { await group.next() }
                group.addTask {
                    switch errand {
                    case .boot(let boot, let setup): await measure(boot, on: setup, into: cells)
                    case .disruptions(let setup): await measureDisruptions(on: setup, into: cells)
                    }
                }
            }
        }
        let rows = boots.map(\.title) + disruptions.map(\.title)
        let table = SurvivalTable(setups: setups, rows: rows, cells: cells.all)
        print("\n\(circumstances.markdown)\n\(table.markdown)")
        guard let project = Self.environment["KEEP6_SURVIVAL_INTO"], !project.isEmpty else { return }
        try #require(setups == Setup.allCases && rows.count == Boot.all.count + Disruption.all.count)
        let document = Document(path: "\(project)/docs/survival.md")
        try document.replace("circumstances", with: circumstances.markdown)
        try document.replace("table", with: table.markdown)
        try document.replace("where others do better", with: table.betterOthers)
        try Document(path: "\(project)/README.md").replace("survival", with: table.excerpt)
        try Picture(table: table).svg.write(toFile: "\(project)/docs/survival.svg", atomically: true, encoding: .utf8)
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
