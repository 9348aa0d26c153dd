// A program with a test at the other end of its standard input, output and error.
import CLinux
import Glibc
import Internet
import Linux

/// A program that runs until it ends by itself or is ended, at the latest with this object.
final class PipedProgram {
    let pid: pid_t
    let output: LineReader
    let errors: LineReader
    private let name: String
    private var input: Descriptor?
    private var code: Int32?

    /// Starts the program, given by its absolute path, with this environment and no other.
    init(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        name = ([program] + arguments).joined(separator: " ")
        // A socket, for a pipe whose reader is gone would end the test runner by SIGPIPE.
        let input = try Ends.ofSocketPair()
        let output = try Ends.ofPipe()
        let errors = try Ends.ofPipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.far.raw, 0)
        posix_spawn_file_actions_adddup2(&actions, output.far.raw, 1)
        posix_spawn_file_actions_adddup2(&actions, errors.far.raw, 2)
        var argv = ([program] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + variables { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, program, &actions, nil, &argv, &variables)
        guard code == 0 else { throw SystemError(code: code, doing: "start \(program)") }
        self.pid = pid
        self.input = .some(input.near)
        self.output = LineReader(output.near, of: "the output of '\(name)'")
        self.errors = LineReader(errors.near, of: "the errors of '\(name)'")
    }

    deinit { if code == nil { _ = try? end(by: SIGKILL) } }

    /// Writes to the program's standard input, which stays open.
    func write(_ text: String) throws {
        guard let raw = input?.raw else { throw FixtureError("the input of '\(name)' is closed") }
        try check("write to '\(name)'") { Glibc.send(raw, text, text.utf8.count, Int32(MSG_NOSIGNAL)) }
    }

    func closeInput() { input = nil }

    /// Sends the signal and waits for the end; returns the exit code, or 128 and the signal that ended it.
    @discardableResult
    func end(by signal: Int32 = SIGTERM) throws -> Int32 {
        try send(signal)
        return try waitForEnd()
    }

    func send(_ signal: Int32) throws { try check("signal '\(name)'") { kill(pid, signal) } }

    /// Reads what is left of output and errors, which end with the program, and returns its exit code.
    @discardableResult
    func waitForEnd() throws -> Int32 {
        if let code { return code }
        closeInput()
        try errors.readToEnd()
        try output.readToEnd()
        var status: Int32 = 0
        try check("wait for '\(name)'") { waitpid(pid, &status, 0) }
        code = keep6_exit_code(status)
        return keep6_exit_code(status)
    }
}

/// Lines as a program writes them, each waited for at most 20 seconds.
final class LineReader {
    /// Every line so far.
    private(set) var lines: [String] = []
    private let descriptor: Descriptor
    private let what: String
    private var rest: [UInt8] = []
    private var taken = 0
    private var isAtEnd = false

    init(_ descriptor: consuming Descriptor, of what: String) {
        self.descriptor = descriptor
        self.what = what
    }

    /// The next line, none of those returned before, that contains all of these words.
    @discardableResult
    func line(with words: String...) throws -> String {
        let deadline = Instant.now.advanced(by: .seconds(20))
        while true {
            while taken < lines.count {
                taken += 1
                if words.allSatisfy(lines[taken - 1].contains) { return lines[taken - 1] }
            }
            guard !isAtEnd, try readMore(before: deadline) else {
                throw FixtureError(
                    "'\(words.joined(separator: "' and '"))' is not in \(what):\n\(lines.joined(separator: "\n"))")
            }
        }
    }

    func readToEnd() throws {
        let deadline = Instant.now.advanced(by: .seconds(20))
        while !isAtEnd {
            guard try readMore(before: deadline) else {
                throw FixtureError("\(what) does not end:\n\(lines.joined(separator: "\n"))")
            }
        }
    }

    /// Reads what is there, waiting for it; false once the deadline is over.
    private func readMore(before deadline: Instant) throws -> Bool {
        guard try poll(descriptor.raw, before: deadline, for: what) else { return false }
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = try check("read \(what)") { read(descriptor.raw, &chunk, chunk.count) }
        isAtEnd = count == 0
        rest += isAtEnd && !rest.isEmpty ? [UInt8(ascii: "\n")] : chunk.prefix(count)
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(String(decoding: rest[..<end], as: UTF8.self))
            rest = Array(rest[(end + 1)...])
        }
        return true
    }
}

/// Waits until the descriptor can be read; false once the deadline is over.
func poll(_ descriptor: Int32, before deadline: Instant, for what: String) throws -> Bool {
    try waitUntilReadable(descriptor, until: deadline, for: what)
}

/// Two descriptors that belong together: what is written to `far` is read from `near`.
private struct Ends: ~Copyable {
    let near: Descriptor
    let far: Descriptor

    static func ofPipe() throws -> Ends {
        var ends: [Int32] = [0, 0]
        try check("make a pipe") { pipe2(&ends, O_CLOEXEC) }
        return Ends(near: Descriptor(owning: ends[0]), far: Descriptor(owning: ends[1]))
    }

    static func ofSocketPair() throws -> Ends {
        var ends: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        try check("make a pair of sockets") { socketpair(AF_UNIX, type, 0, &ends) }
        return Ends(near: Descriptor(owning: ends[0]), far: Descriptor(owning: ends[1]))
    }
}
