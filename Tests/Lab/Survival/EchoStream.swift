// Echoes from the internet to a host at an exact pace, answered or not: ping(8) slows down while nothing comes back.
import Foundation

/// One echo every 5 ms until it is stopped; what is answered within 250 ms is not lost.
final class EchoStream: @unchecked Sendable {
    /// What of the echoes that were sent between two moments did not come back.
    struct Outage {
        let lost: Int
        /// From the last echo that was answered to the next one that was, in seconds.
        let longestGap: Double
        /// Nothing came back any more at the end.
        let isOffline: Bool

        /// In seconds.
        var total: Double { Double(lost) * EchoStream.interval }
    }

    /// In seconds.
    static let interval = 0.005
    private static let patience = 0.25
    private static let request: UInt8 = 128
    private static let reply: UInt8 = 129

    private struct Echo {
        let sent: Double
        var isAnswered = false
    }

    private let socket: ICMPv6Socket
    private let address: String
    private let condition = NSCondition()
    private var echoes: [Echo] = []
    private var mustStop = false
    private var hasStopped = false

    init(from provider: Provider, to address: String) throws {
        self.address = address
        socket = try ICMPv6Socket(in: provider.namespace, from: Provider.internet)
        Thread.detachNewThread { self.run() }
    }

    func stop() {
        condition.withLock {
            mustStop = true
            while !hasStopped { condition.wait() }
        }
    }

    /// What came of the echoes sent since that moment, but for those that may still be answered.
    func outage(since start: Double) -> Outage {
        withSettled(since: start) { all in
            var (answered, gap, lost, silent) = (start, 0.0, 0, 0)
            for echo in all {
                guard echo.isAnswered else {
                    lost += 1
                    silent += 1
                    continue
                }
                gap = max(gap, echo.sent - answered)
                answered = echo.sent
                silent = 0
            }
            let isOffline = Double(silent) * Self.interval >= Self.patience
            if isOffline, let last = all.last { gap = max(gap, last.sent - answered) }
            return Outage(lost: lost, longestGap: gap, isOffline: isOffline)
        }
    }

    /// When the first echo of those sent since then was sent that came back.
    func firstAnswer(since start: Double) -> Double? {
        withSettled(since: start) { $0.first { $0.isAnswered }?.sent }
    }

    /// For how long by now every echo has come back, in seconds: at most since `start`.
    func unbroken(since start: Double) -> Double {
        withSettled(since: start) { all in
            let broken = all.lastIndex { !$0.isAnswered }.map { $0 + 1 } ?? all.startIndex
            return Double(all.endIndex - broken) * Self.interval
        }
    }

    /// Waits until no echo, of those sent since then, has been lost for so many seconds; whether that came true in time.
    func waitUntilUnbroken(for seconds: Double, since start: Double = now(), within limit: Double) -> Bool {
        while unbroken(since: start) < seconds {
            if Self.now() - start > limit { return false }
            usleep(50_000)
        }
        return true
    }

    /// Seconds by the clock that never jumps.
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private func withSettled<Value>(since start: Double, _ body: (ArraySlice<Echo>) -> Value) -> Value {
        let end = Self.now() - Self.patience
        return condition.withLock {
            let first = firstIndex(sentFrom: start)
            return body(echoes[first..<max(first, firstIndex(sentFrom: end))])
        }
    }

    /// They are in the order in which they were sent.
    private func firstIndex(sentFrom moment: Double) -> Int {
        var (low, high) = (0, echoes.count)
        while low < high {
            let middle = (low + high) / 2
            if echoes[middle].sent < moment { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func run() {
        // Before whatever else the machine does, or what is lost would be what it was too busy to see.
        setpriority(PRIO_PROCESS, id_t(gettid()), -20)
        var next = Self.now()
        while !condition.withLock({ mustStop }) {
            while next <= Self.now() {
                send()
                next += Self.interval
            }
            wait(until: next)
            while let message = socket.receive() { take(message) }
        }
        socket.close()
        condition.withLock {
            hasStopped = true
            condition.broadcast()
        }
    }

    private func send() {
        let sent = Self.now()
        let number = condition.withLock {
            echoes.append(Echo(sent: sent))
            return UInt32(echoes.count - 1)
        }
        let payload = withUnsafeBytes(of: number.bigEndian) { Array($0) }
        _ = try? socket.send([Self.request, 0, 0, 0] + [0x6b, 0x36, 0, 0] + payload, to: address)
    }

    private func take(_ reply: [UInt8]) {
        guard reply.count == 12, reply[0] == Self.reply else { return }
        let number = Int(reply[8...].reduce(0) { $0 << 8 | UInt32($1) })
        let received = Self.now()
        condition.withLock {
            guard number < echoes.count, received - echoes[number].sent <= Self.patience else { return }
            echoes[number].isAnswered = true
        }
    }

    private func wait(until moment: Double) {
        let left = max(moment - Self.now(), 0)
        var time = timespec(tv_sec: Int(left), tv_nsec: Int((left - left.rounded(.down)) * 1e9))
        var watched = pollfd(fd: socket.raw, events: Int16(POLLIN), revents: 0)
        _ = ppoll(&watched, 1, &time, nil)
    }
}
