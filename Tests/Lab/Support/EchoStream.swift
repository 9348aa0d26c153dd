// Echoes from the internet to a host at an exact pace, answered or not: ping(8) slows down while nothing comes back.
// They are UDP's (RFC 862), for the kernel answers those of ICMPv6 from sockets that all namespaces share: what one host
// cannot send, because its router is silent, fills them, and another host's answers are dropped.
import Foundation

/// One echo every 5 ms from one end to the other and back, until it is stopped.
final class EchoStream: @unchecked Sendable {
    /// Who asks, or who answers.
    struct End {
        let namespace: NamedNamespace
        let address: String

        static func internet(of provider: Provider) -> End {
            End(namespace: provider.namespace, address: Provider.internet)
        }

        static func host(_ host: Host, at address: String = Uplink.eth0.address) -> End {
            End(namespace: host.namespace, address: address)
        }

        static func guest(_ guest: Guest, at address: String) -> End {
            End(namespace: guest.namespace, address: address)
        }
    }

    /// What of the echoes that were sent between two moments did not come back.
    struct Outage: CustomStringConvertible {
        let sent: Int
        let lost: Int
        /// From the last echo that was answered to the next one that was, in seconds.
        let longestGap: Double
        /// Nothing came back any more at the end.
        let isOffline: Bool

        /// In seconds.
        var total: Double { Double(lost) * EchoStream.interval }

        var description: String { "\(lost) of \(sent) echoes lost, longest gap \(Int(longestGap * 1000)) ms" }
    }

    /// In seconds.
    static let interval = 0.005
    private static let (echoPort, ownPort): (UInt16, UInt16) = (7, 7007)

    private struct Echo {
        let sent: Double
        var answered: Double?
        var isAnswered: Bool { answered != nil }
    }

    private let near: NamespaceSocket
    private let far: NamespaceSocket
    private let address: String
    private let patience: Double
    private let condition = NSCondition()
    private var echoes: [Echo] = []
    private var answers = 0
    private var mustEndAsking = false
    private var mustStop = false
    private var running = 2

    /// Begins at once; an echo is lost that is not answered within `patience` seconds.
    init(from asking: End, to answering: End, patience: Double) throws {
        address = answering.address
        self.patience = patience
        near = try NamespaceSocket(.udp, in: asking.namespace, from: asking.address, port: Self.ownPort)
        do {
            far = try NamespaceSocket(.udp, in: answering.namespace, from: answering.address, port: Self.echoPort)
        } catch {
            near.close()
            throw error
        }
        Thread.detachNewThread { self.run { self.ask() } }
        Thread.detachNewThread { self.run { self.answer() } }
    }

    /// Begins, and returns once an echo has come back. One that takes a second is late, but not lost.
    convenience init(from asking: End, to answering: End) throws {
        try self.init(from: asking, to: answering, patience: 2)
        do { try waitForAnswer() } catch {
            stop()
            throw error
        }
    }

    /// Returns when the next answer comes in.
    func waitForAnswer() throws {
        try condition.withLock {
            let (before, end) = (answers, Date(timeIntervalSinceNow: 5))
            while answers == before {
                guard condition.wait(until: end) else {
                    throw LabFailure(description: "no echo comes back before anything was disturbed")
                }
            }
        }
    }

    /// Ends, and tells what came of the echoes since the first that was answered.
    func finish() -> Outage {
        condition.withLock {
            mustEndAsking = true
            let end = Date(timeIntervalSinceNow: patience)
            while answers < echoes.count, condition.wait(until: end) {}
        }
        stop()
        let first = echoes.firstIndex { $0.isAnswered } ?? 0
        return Self.outage(echoes[first...], since: echoes.isEmpty ? Self.now() : echoes[first].sent, patience)
    }

    func stop() {
        condition.withLock {
            mustStop = true
            while running > 0 { condition.wait() }
        }
    }

    /// What came of the echoes sent since that moment, but for those that may still be answered.
    func outage(since start: Double) -> Outage {
        withSettled(since: start) { Self.outage($0, since: start, patience) }
    }

    private static func outage(_ all: ArraySlice<Echo>, since start: Double, _ patience: Double) -> Outage {
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
        let isOffline = Double(silent) * interval >= patience
        if isOffline, let last = all.last { gap = max(gap, last.sent - answered) }
        return Outage(sent: all.count, lost: lost, longestGap: gap, isOffline: isOffline)
    }

    /// When the first of the echoes sent since then came back: some have waited in the router until then for somebody to
    /// say that the address is its own, and of a longer queue the router has dropped the rest.
    func firstAnswer(since start: Double) -> Double? {
        withSettled(since: start) { $0.compactMap(\.answered).min() }
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
        let end = Self.now() - patience
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

    private func run(_ work: () -> Void) {
        // Before whatever else the machine does, or what is lost would be what it was too busy to see.
        setpriority(PRIO_PROCESS, id_t(gettid()), -20)
        work()
        condition.withLock {
            running -= 1
            condition.broadcast()
        }
    }

    private func ask() {
        var next = Self.now()
        while !condition.withLock({ mustStop }) {
            while next <= Self.now() {
                send()
                next += Self.interval
            }
            near.wait(for: max(next - Self.now(), 0))
            while let message = near.receive() { take(message) }
        }
        near.close()
    }

    /// What comes goes back to where it came from, if there is a way.
    private func answer() {
        while !condition.withLock({ mustStop }) {
            far.wait(for: 0.1)
            while far.reflect() {}
        }
        far.close()
    }

    private func send() {
        let sent = Self.now()
        let number = condition.withLock { () -> UInt32? in
            guard !mustEndAsking else { return nil }
            echoes.append(Echo(sent: sent))
            return UInt32(echoes.count - 1)
        }
        guard let number else { return }
        let payload = withUnsafeBytes(of: number.bigEndian) { Array($0) }
        _ = try? near.send(payload, to: address, port: Self.echoPort)
    }

    private func take(_ reply: [UInt8]) {
        guard reply.count == 4 else { return }
        let number = Int(reply.reduce(0) { $0 << 8 | UInt32($1) })
        let received = Self.now()
        condition.withLock {
            guard number < echoes.count, !echoes[number].isAnswered, received - echoes[number].sent <= patience
            else { return }
            echoes[number].answered = received
            answers += 1
            condition.broadcast()
        }
    }
}
