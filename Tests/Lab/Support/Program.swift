import Foundation

/// A running program, in a process group of its own.
final class Program: @unchecked Sendable {
    let processID: pid_t
    private let lock = NSLock()
    private var status: Int32?

    /// Starts a program whose streams are files (or FIFOs) by path; the default is to say nothing to anyone.
    init(
        _ command: Command, standardInput: String = "/dev/null", standardOutput: String = "/dev/null",
        standardError: String? = nil
    ) throws {
        try Run.current.get().requireGoingOn()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let write = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 0, standardInput, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, standardOutput, write, 0o644)
        if let standardError {
            posix_spawn_file_actions_addopen(&actions, 2, standardError, write, 0o644)
        } else {
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        }
        processID = try Self.spawn(command, &actions)
    }

    private static func spawn(_ command: Command, _ actions: inout posix_spawn_file_actions_t) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var defaults = sigset_t()
        sigemptyset(&defaults)
        // The run ignores these two to sweep up when they come; its children must not inherit that.
        sigaddset(&defaults, SIGINT)
        sigaddset(&defaults, SIGTERM)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        // Nor what is blocked in this thread: a program that cannot hear SIGTERM never ends.
        var blocked = sigset_t()
        sigemptyset(&blocked)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))
        let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        let environment = ["PATH": path, "LANG": "C", "HOME": "/root"].merging(command.environment) { $1 }
        let arguments = command.words.map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer {
            for word in arguments + variables { free(word) }
        }
        var processID: pid_t = 0
        let failure = posix_spawnp(&processID, command.words[0], &actions, &attributes, arguments, variables)
        guard failure == 0 else {
            throw LabFailure(description: "run '\(command.words[0])': \(String(cString: strerror(failure)))")
        }
        return processID
    }

    func signal(_ number: Int32) {
        lock.withLock {
            if status == nil { _ = kill(processID, number) }
        }
    }

    /// Whether it does something of its own when this signal comes (proc_pid_status(5)), and not just end.
    func catches(_ number: Int32) -> Bool {
        let status = (try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }
        let mask = line.flatMap { UInt64($0.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16) } ?? 0
        return mask >> UInt64(number - 1) & 1 == 1
    }

    var isRunning: Bool {
        lock.withLock {
            var raw: Int32 = 0
            if status == nil && waitpid(processID, &raw, WNOHANG) == processID { status = Self.status(raw) }
            return status == nil
        }
    }

    /// Its exit status, or 128 and the signal that ended it; waits for the end.
    @discardableResult
    func wait() -> Int32 {
        if let status = lock.withLock({ status }) { return status }
        var raw: Int32 = 0
        while waitpid(processID, &raw, 0) < 0 && errno == EINTR {}
        let ended = Self.status(raw)
        lock.withLock { status = ended }
        return ended
    }

    private static func status(_ raw: Int32) -> Int32 {
        raw & 0x7f == 0 ? (raw >> 8) & 0xff : 128 + (raw & 0x7f)
    }
}
