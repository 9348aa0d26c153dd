// The loss of the default route that lasts.
import Internet

/// Why and since when there is no route of a router, and whether that was said.
struct LossRecord: Sendable {
    private var loss: (cause: Cause, at: Instant)?
    private var wasSaid = false

    /// nil while there is a route of a router.
    var cause: Cause? { loss?.cause }

    /// Begins a loss; false if one lasts already.
    mutating func begin(_ cause: Cause, at now: Instant) -> Bool {
        guard loss == nil else { return false }
        loss = (cause, now)
        wasSaid = false
        return true
    }

    /// Names the process that caused the loss; nil if another cause did.
    mutating func name(process id: UInt32, _ name: String) -> Cause? {
        guard loss?.cause == .process(id, name: nil) else { return nil }
        loss?.cause = .process(id, name: name)
        return cause
    }

    /// The cause, once a loss.
    mutating func say() -> Cause? {
        guard !wasSaid else { return nil }
        wasSaid = loss != nil
        return cause
    }

    /// Ends the loss; nil if there is none.
    mutating func end(at now: Instant) -> (cause: Cause, outage: Duration)? {
        defer { loss = nil }
        return loss.map { ($0.cause, $0.at.duration(to: now)) }
    }
}
