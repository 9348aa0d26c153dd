import Foundation

/// Echoes from the internet to a host, one every 5 ms: what is lost of them is what users lose.
final class EchoMeter {
    struct Outage: CustomStringConvertible {
        let sent: Int
        let lost: Int
        let longestGap: Double

        var description: String { "\(lost) of \(sent) echoes lost, longest gap \(Int(longestGap * 1000)) ms" }
    }

    /// In seconds, between two echoes.
    static let interval = 0.005

    private let program: Program
    private let lines: Lines

    /// Begins, once an echo has come back.
    convenience init(from provider: Provider, to address: String) throws {
        try self.init(from: provider.namespace, by: ["-I", Provider.internet], to: address)
    }

    init(from namespace: NetworkNamespace, by source: [String] = [], to address: String) throws {
        let run = try Run.current.get()
        let pipe = "\(run.directory)/\(run.number()).echoes"
        lines = try Lines(fifo: pipe)
        let ping = ["ping", "-6", "-D", "-n", "-i", "\(Self.interval)"] + source + [address]
        program = try Program(namespace.command(["stdbuf", "-oL"] + ping), standardOutput: pipe)
        do { try waitForReply() } catch {
            stop()
            throw error
        }
    }

    /// Returns when the next reply comes in, and when that was by ping's clock.
    @discardableResult
    func waitForReply() throws -> Date {
        guard let line = lines.next(containing: "icmp_seq=", within: 5), let reply = Reply(line) else {
            throw LabFailure(description: "no echo comes back before anything was disturbed")
        }
        return Date(timeIntervalSince1970: reply.time)
    }

    private struct Reply {
        /// In seconds since 1970.
        let time: Double
        let sequence: Int

        /// `[1764035613.348] 64 bytes from 2001:db8:1::10: icmp_seq=7 ttl=64 time=0.045 ms`
        init?(_ line: String) {
            let words = line.split(separator: " ")
            guard line.contains("bytes from"), let stamp = words.first, let time = Double(stamp.dropFirst().dropLast()),
                let sequence = words.first(where: { $0.hasPrefix("icmp_seq=") }).flatMap({ Int($0.dropFirst(9)) })
            else { return nil }
            self.time = time
            self.sequence = sequence
        }
    }

    func finish() throws -> Outage {
        stop()
        let replies = lines.all.compactMap { Reply($0) }
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
