import Foundation

/// What a program writes into a FIFO, line by line, as it comes.
final class Lines: @unchecked Sendable {
    private let path: String
    private let descriptor: Int32
    private let condition = NSCondition()
    private var collected: [String] = []
    private var isAtEnd = false

    init(fifo path: String) throws {
        self.path = path
        // Open for both, so that it has no end before `close` says so.
        guard mkfifo(path, 0o600) == 0, case let descriptor = open(path, O_RDWR | O_CLOEXEC), descriptor >= 0 else {
            throw LabFailure(description: "make FIFO '\(path)': \(String(cString: strerror(errno)))")
        }
        self.descriptor = descriptor
        Thread.detachNewThread { self.read() }
    }

    var all: [String] { condition.withLock { collected } }

    /// The next line to come that contains `text`; nil if none does in time.
    func next(containing text: String, within seconds: Double) -> String? {
        condition.withLock {
            let end = Date(timeIntervalSinceNow: seconds)
            var seen = collected.count
            while true {
                if let line = collected.dropFirst(seen).first(where: { $0.contains(text) }) { return line }
                seen = collected.count
                if isAtEnd || !condition.wait(until: end) { return nil }
            }
        }
    }

    /// Takes what is still in the FIFO; the writer must have ended.
    func close() {
        _ = "\n\(Self.end)\n".withCString { write(descriptor, $0, strlen($0)) }
        condition.withLock {
            while !isAtEnd { condition.wait() }
        }
        Glibc.close(descriptor)
        unlink(path)
    }

    private static let end = "-- end of lines --"

    private func read() {
        var rest = ""
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { continue }
            rest += String(decoding: buffer[..<count], as: UTF8.self)
            var lines = rest.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            rest = lines.removeLast()
            let end = lines.firstIndex(of: Self.end)
            condition.withLock {
                collected += lines[..<(end ?? lines.endIndex)].filter { !$0.isEmpty }
                isAtEnd = end != nil
                condition.broadcast()
            }
            if end != nil { return }
        }
    }
}
