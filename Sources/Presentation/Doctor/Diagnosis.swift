// What `keep6 doctor` says of one uplink: a line for each step of its path, and what is wrong first.
import Configuration
import Internet
import Text

/// One step of the path.
struct Step: Equatable, Sendable {
    enum Verdict: String, Sendable {
        case ok
        case warning = "warn"
        case failure = "FAIL"
        case skipped = "skip"

        fileprivate var color: Color {
            switch self {
            case .ok: .green
            case .warning: .yellow
            case .failure: .red
            case .skipped: .faint
            }
        }
    }

    let name: String
    let verdict: Verdict
    /// Half a sentence, for the line and for the conclusion.
    let words: String
    var remedy: Remedy?

    init(_ name: String, _ verdict: Verdict, _ words: String, _ remedy: Remedy? = nil) {
        self.name = name
        self.verdict = verdict
        self.words = words
        self.remedy = remedy
    }

    var isWell: Bool { verdict == .ok || verdict == .skipped }
}

/// What mends a step, in words, and the command for it.
struct Remedy: Equatable, Sendable {
    let advice: String
    let command: String

    init(_ advice: String, _ command: String) {
        self.advice = advice
        self.command = command
    }
}

/// The whole path of one uplink.
package struct Diagnosis: Sendable {
    let status: Status
    let found: Examination
    var uplink: InterfaceName { status.uplink }

    package init(_ status: Status, _ found: Examination) {
        self.status = status
        self.found = found
    }

    /// In the order of the path.
    var steps: [Step] {
        [link, address, acceptRA, forwarding, advertisement, router, defaultRoute, beyond, guardian, delegation]
            + guestSteps + [firewall]
    }

    /// Down if there is no way out.
    private var level: Status.Level {
        let verdicts = steps.map(\.verdict)
        return verdicts.contains(.failure) ? .down : verdicts.contains(.warning) ? .degraded : .well
    }

    /// 0 all is well, 1 something is degraded, 2 there is no way out.
    package var code: Int32 { level.rawValue }

    /// At most 80 columns; only a command, which is to be copied, may be longer.
    package func screen(isColored: Bool) -> String {
        let steps = self.steps
        let lines = steps.flatMap { step in
            let lines = ("  " + step.verdict.rawValue.padded(to: 6) + step.name.padded(to: 16) + step.words)
                .wrapped(indentation: 24)
            let word = step.verdict.rawValue
            let rest = lines[0].dropFirst(2 + word.count)
            return ["  " + step.verdict.color.painted(word, if: isColored) + rest] + lines.dropFirst()
        }
        return (["\(uplink):"] + lines + conclusion(of: steps)).joined(separator: "\n") + "\n"
    }

    /// One sentence.
    private func conclusion(of steps: [Step]) -> [String] {
        guard let wrong = steps.first(where: { !$0.isWell }) else { return ["\(uplink): all is well."] }
        guard let remedy = wrong.remedy else { return "\(uplink): \(wrong.words).".wrapped(indentation: 2) }
        return "\(uplink): \(wrong.words); \(remedy.advice):".wrapped(indentation: 2)
            + ["    \(remedy.command)"]
    }

    /// The same as one JSON object (RFC 8259).
    package var json: JSON {
        let steps = self.steps
        func members(_ step: Step) -> JSON {
            .object([
                ("step", .string(step.name)), ("verdict", .string(step.verdict.rawValue)),
                ("words", .string(step.words)), ("advice", step.remedy.map { .string($0.advice) } ?? .null),
                ("command", step.remedy.map { .string($0.command) } ?? .null),
            ])
        }
        return .object([
            ("uplink", .string(uplink.description)), ("state", .string("\(level)")),
            ("first_problem", steps.first { !$0.isWell }.map(members) ?? .null),
            ("steps", .array(steps.map(members))),
        ])
    }
}
