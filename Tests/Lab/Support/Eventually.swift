import Foundation

/// Waits for a condition; that it does not come true within `seconds` is a failure that says so.
func eventually(_ what: String, within seconds: Double = 10, _ condition: () throws -> Bool) throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try !condition() {
        guard ContinuousClock.now < end else { throw LabFailure(description: "not within \(seconds) s: \(what)") }
        usleep(50_000)
    }
}
