import Foundation

/// A program and its arguments, to be run as they are, without a shell.
struct Command {
    let words: [String]
    var environment: [String: String] = [:]

    init(_ words: [String], environment: [String: String] = [:]) {
        self.words = words
        self.environment = environment
    }

    /// How a program ended, and what it said.
    struct Output {
        let status: Int32
        let standardOutput: String
        let standardError: String
        let command: [String]

        var succeeded: Bool { status == 0 }

        /// All of it, for a failure's message.
        var story: String {
            let said = [standardOutput, standardError].filter { !$0.isEmpty }.joined(separator: "\n")
            return "'\(command.joined(separator: " "))' ended with \(status)\n\(said)"
        }
    }

    /// Runs to the end; a program that takes longer than `seconds` is killed and ends with 124 or 137.
    func run(within seconds: Int = 60) throws -> Output {
        let run = try Run.current.get()
        let output = "\(run.directory)/\(run.number()).out"
        let complaints = "\(run.directory)/\(run.number()).err"
        defer {
            unlink(output)
            unlink(complaints)
        }
        let limited = Command(["timeout", "-k", "1", "\(seconds)"] + words, environment: environment)
        let program = try Program(limited, standardOutput: output, standardError: complaints)
        return Output(
            status: program.wait(), standardOutput: try text(of: output), standardError: try text(of: complaints),
            command: words)
    }

    /// Runs to the end and gives back what it wrote; anything but success is a failure.
    @discardableResult
    func succeed(within seconds: Int = 60) throws -> String {
        let output = try run(within: seconds)
        guard output.succeeded else { throw LabFailure(description: output.story) }
        return output.standardOutput
    }

    private func text(of file: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: file)), as: UTF8.self)
    }
}

/// Runs `words` on the machine itself.
@discardableResult
func machine(_ words: String..., within seconds: Int = 60) throws -> String {
    try Command(words).succeed(within: seconds)
}
