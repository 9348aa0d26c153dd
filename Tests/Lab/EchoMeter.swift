import Foundation

/// Echoes from the internet to a host, one every 5 ms: what is lost of them is what users lose.
final class EchoMeter {
    struct Outage: CustomStringConvertible {
        let sent: Int
        let lost: Int
        /// In seconds.
        let longestGap: Double

        var description: String { "\(lost) of \(sent) echoes lost, longest gap \(Int(longestGap * 1000)) ms" }
    }

    private let program: Program
    private let lines: Lines

    /// Begins, once an echo has come back.
    init(from provider: Provider, to address: String) throws {
        let run = try Run.current.get()
        let pipe = "\(run.directory)/\(run.number()).echoes"
        lines = try Lines(fifo: pipe)
        let ping = ["ping", "-6", "-D", "-n", "-i", "0.005", "-I", Provider.internet, address]
        program = try Program(provider.namespace.command(["stdbuf", "-oL"] + ping), standardOutput: pipe)
        do { try waitForReply() } catch {
            stop()
            throw error
        }
    }

    /// Returns when the next reply comes in: what is done right after it has the longest time before the next echo.
    func waitForReply() throws {
        guard lines.waitForNext(containing: "icmp_seq=", within: 5) else {
            throw LabFailure(description: "no echo comes back before anything was disturbed")
        }
    }

    func finish() throws -> Outage {
        stop()
        let replies = lines.all.compactMap { line -> (time: Double, sequence: Int)? in
            guard line.hasPrefix("["), line.contains("bytes from"), let end = line.firstIndex(of: "]"),
                let time = Double(line[line.index(after: line.startIndex)..<end]),
                let sequence = line.split(separator: " ").first(where: { $0.hasPrefix("icmp_seq=") })
            else { return nil }
            return (time, Int(sequence.dropFirst(9)) ?? 0)
        }
        guard let summary = lines.all.first(where: { $0.contains("packets transmitted") }), let last = replies.last,
            let sent = summary.split(separator: " ").first.flatMap({ Int($0) })
        else { throw LabFailure(description: "ping gave no summary:\n\(lines.all.suffix(5).joined(separator: "\n"))") }
        // The last echo may still be under way.
        let underWay = last.sequence == sent - 1 ? 1 : 0
        let gaps = zip(replies, replies.dropFirst()).map { $1.time - $0.time }
        return Outage(sent: sent, lost: sent - replies.count - underWay, longestGap: gaps.max() ?? 0)
    }

    private func stop() {
        program.signal(SIGINT)
        program.wait()
        lines.close()
    }
}
