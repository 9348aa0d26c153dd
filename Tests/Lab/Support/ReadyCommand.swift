import Foundation

/// A line inside a host that its program is ready to carry out: it then has its effect within a millisecond.
final class ReadyCommand {
    private let line: String
    private let word: String
    private let input: String
    private let output: String
    private let program: Program
    private var descriptor: Int32

    /// An `ip -6` line is given to an `ip` that already runs, another one to a shell.
    init(_ line: String, in host: Host) throws {
        let run = try Run.current.get()
        self.line = line
        input = "\(run.directory)/\(run.number()).in"
        output = "\(run.directory)/\(run.number()).out"
        guard mkfifo(input, 0o600) == 0, case let descriptor = open(input, O_RDWR | O_CLOEXEC), descriptor >= 0 else {
            throw LabFailure(description: "make FIFO '\(input)': \(String(cString: strerror(errno)))")
        }
        self.descriptor = descriptor
        let isIP = line.hasPrefix("ip -6 ")
        word = isIP ? "\(line.dropFirst(6))\n" : "\n"
        let reader = host.command(isIP ? "exec ip -6 -batch -" : "read go\n\(line)")
        let limited = Command(["timeout", "-k", "1", "60"] + reader.words)
        program = try Program(limited, standardInput: input, standardOutput: output)
        // Nothing tells when it has come to its read.
        usleep(200_000)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        unlink(input)
        unlink(output)
    }

    /// Gives the word, and waits for the end.
    func go() throws {
        _ = word.withCString { write(descriptor, $0, strlen($0)) }
        close(descriptor)
        descriptor = -1
        let status = program.wait()
        guard status == 0 else {
            let said = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
            throw LabFailure(description: "'\(line)' ended with \(status)\n\(said)")
        }
    }
}
