// What a run has measured so far.
import Foundation

/// Each cell is told on standard error as it comes.
final class Cells: @unchecked Sendable {
    private let lock = NSLock()
    private var measured: [Setup: [String: Cell]] = [:]

    var all: [Setup: [String: Cell]] { lock.withLock { measured } }

    func put(_ cell: Cell, _ setup: Setup, _ row: String) {
        lock.withLock { measured[setup, default: [:]][row] = cell }
        FileHandle.standardError.write(Data("\(setup.title): \(row): \(cell.text)\n".utf8))
    }
}
