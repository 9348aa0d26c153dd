import Foundation

/// A shell line inside a host whose shell already runs and waits for the word: it then begins within a millisecond.
final class ReadyCommand {
    private let line: String
    private let input: String
    private let output: String
    private let descriptor: Int32
    private let program: Program

    init(_ line: String, in host: Host) throws {
        let run = try Run.current.get()
        self.line = line
        input = "\(run.directory)/\(run.number()).in"
        output = "\(run.directory)/\(run.number()).out"
        guard mkfifo(input, 0o600) == 0 else { throw LabFailure(description: "make FIFO '\(input)'") }
        descriptor = open(input, O_RDWR | O_CLOEXEC)
        let limited = Command(["timeout", "-k", "1", "60"] + host.command("read go\n\(line)").words)
        program = try Program(limited, standardInput: input, standardOutput: output)
        // Nothing tells when a shell has come to its read.
        usleep(200_000)
    }

    deinit {
        close(descriptor)
        unlink(input)
        unlink(output)
    }

    /// Gives the word, and waits for the end.
    func go() throws {
        _ = write(descriptor, "\n", 1)
        let status = program.wait()
        guard status == 0 else {
            let said = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
            throw LabFailure(description: "'\(line)' ended with \(status)\n\(said)")
        }
    }
}
