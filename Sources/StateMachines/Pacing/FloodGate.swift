// How many messages of a link are listened to, so that who sends too many costs little.
import Internet

/// Counts messages, and narrows whom they are taken from when there are too many.
///
/// More than `limit` a second from everybody: for a while only those of known routers are heard. More than that from
/// these as well, whose addresses anybody on the link can use: nothing is heard for the rest of the second.
package struct FloodGate: Equatable, Sendable {
    package enum Opening: Equatable, Sendable { case everybody, knownRouters, nobody }

    /// Messages a second; a router may send one every three seconds, and an answer to each solicitation (RFC 4861 6.2.6).
    package static let limit = 200
    /// How long only known routers are heard.
    static let caution = Duration.seconds(10)

    package private(set) var opening = Opening.everybody
    private var count = 0
    private var second: Instant?
    private var end: Instant?

    package init() {}

    /// Takes one message that was heard.
    package mutating func consume(at now: Instant) {
        if second.map({ $0.duration(to: now) >= .seconds(1) }) ?? true { (second, count) = (now, 0) }
        count += 1
        guard count > FloodGate.limit else { return }
        (second, count) = (nil, 0)
        opening = opening == .everybody ? .knownRouters : .nobody
        end = now.advanced(by: opening == .nobody ? .seconds(1) : FloodGate.caution)
    }

    /// When `relax` is needed next; nil while everybody is heard.
    package var deadline: Instant? { end }

    /// Opens the gate again by one step, once its time is over.
    package mutating func relax(at now: Instant) {
        guard let end, end <= now else { return }
        opening = opening == .nobody ? .knownRouters : .everybody
        self.end = opening == .everybody ? nil : now.advanced(by: FloodGate.caution)
    }
}
