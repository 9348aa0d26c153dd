// How many messages are taken in each second, so that a flood of them costs little.
import Internet

/// Lets so many messages through in each second; the rest of it nothing is to be heard.
public struct SecondGate: Equatable, Sendable {
    private let limit: Int
    private var count = 0
    private var second: Instant?

    public init(limit: Int) { self.limit = limit }

    /// Whether the last message was the first of its second.
    public var isFresh: Bool { count == 1 }

    /// Takes one message; returns when the next ones may come, if it was the last for now.
    public mutating func take(at now: Instant) -> Instant? {
        if second.map({ $0.duration(to: now) >= .seconds(1) }) ?? true { (second, count) = (now, 0) }
        count += 1
        return count < limit ? nil : second?.advanced(by: .seconds(1))
    }
}
