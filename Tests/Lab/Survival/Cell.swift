// One cell of the survival table: what one disruption did to one setup.
import Foundation

struct Cell: Sendable {
    enum Grade: String, Sendable { case well, harmed, offline, none }

    /// As the table has it.
    let text: String
    /// As the picture has it.
    let brief: String
    let grade: Grade
    /// For how long, in seconds, echoes were lost: what setups are compared by. Nil where there is nothing to compare.
    let seconds: Double?
    /// Differences up to this, in seconds, are chance.
    let tolerance: Double

    /// What went wrong beside lost echoes, for the table and, in a word or two, for the picture.
    struct Flaw: Sendable {
        let text: String
        let brief: String
    }

    /// The disruption does not concern this setup.
    static let absent = Cell(text: "-", brief: "-", grade: .none, seconds: nil, tolerance: 0)

    private init(text: String, brief: String, grade: Grade, seconds: Double?, tolerance: Double = 0.01) {
        self.text = text
        self.brief = brief
        self.grade = grade
        self.seconds = seconds
        self.tolerance = tolerance
    }

    init(_ outage: EchoStream.Outage, flaw: Flaw? = nil) {
        let star = outage.isOffline ? " *" : ""
        let gap = outage.lost > 0 ? ", \(Self.time(outage.longestGap))" : ""
        let grade: Grade = outage.isOffline ? .offline : outage.lost > 0 || flaw != nil ? .harmed : .well
        let brief = outage.isOffline ? "offline" : outage.lost > 0 ? Self.time(outage.total) : flaw?.brief ?? "0"
        self.init(
            text: "\(outage.lost)\(gap)\(star)" + (flaw.map { "; \($0.text)" } ?? ""), brief: brief, grade: grade,
            seconds: outage.isOffline ? .infinity : outage.total)
    }

    /// How long after the moment that counts the host was online; nil if it never was.
    init(onlineAfter seconds: Double?, isOffline: Bool, flaws: [Flaw]) {
        let online = seconds.map { "online after \(Self.time($0))" } ?? "never online"
        let star = isOffline ? " *" : ""
        let grade: Grade = isOffline || seconds == nil ? .offline : flaws.isEmpty ? .well : .harmed
        self.init(
            text: (["\(online)\(star)"] + flaws.map(\.text)).joined(separator: "; "),
            brief: grade == .offline ? "offline" : flaws.last?.brief ?? seconds.map(Self.time) ?? "", grade: grade,
            seconds: grade == .offline ? .infinity : seconds, tolerance: 1)
    }

    /// How many rules there were before and after.
    init(rulesBefore before: Int, after: Int) {
        let text = "\(before) → \(after)"
        self.init(text: text, brief: text, grade: after < before ? .harmed : .well, seconds: nil)
    }

    /// What kept the measurement from being made.
    init(failure: String) {
        self.init(text: "not measured: \(failure)", brief: "?", grade: .none, seconds: nil)
    }

    static func time(_ seconds: Double) -> String {
        seconds < 1 ? "\(Int((seconds * 1000).rounded())) ms" : String(format: "%.2f s", seconds)
    }
}
