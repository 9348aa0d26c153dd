// Another program, run to its end: without a shell and without this process's environment, with limits on time and
// output.
import CLinux
import Internet

/// A program, its input, and its result.
package struct Program: Sendable {
    package let path: String
    package let arguments: [String]
    /// How long it may take in total.
    package var limit = Duration.seconds(30)
    /// How much it may write to standard output and to standard error, each in bytes.
    package var outputLimit = 1 << 20

    /// - Parameter path: absolute.
    package init(_ path: String, _ arguments: [String] = []) {
        self.path = path
        self.arguments = arguments
    }

    package struct Outcome: Sendable {
        /// 128 plus the signal's number if a signal ended it.
        package let code: Int32
        package let output: [UInt8]
        package let errors: [UInt8]
    }

    /// Runs the program. ETIMEDOUT if it takes too long, and then it is killed; EFBIG if it writes too much.
    package func run(input: [UInt8] = []) throws(SystemError) -> Outcome {
        let source = try MemoryFile(holding: input)
        let output = try MemoryFile(limit: outputLimit)
        let errors = try MemoryFile(limit: outputLimit)
        let pid = try spawn(input: source.file.raw, output: output.file.raw, errors: errors.file.raw)
        let child = Child(pid: pid, of: self)
        let code = try child.wait()
        return Outcome(code: code, output: try output.written(by: path), errors: try errors.written(by: path))
    }

    /// Starts the program with these streams, and unblocks the signals that this process blocks in order to read them
    /// elsewhere (sigprocmask(2)).
    func spawn(input: Int32, output: Int32, errors: Int32) throws(SystemError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (place, descriptor) in [input, output, errors].enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(place))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var argv = ([path] + arguments).map { strdup($0) } + [nil]
        let variables = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"]
        var environment = variables.map { strdup($0) } + [nil]
        defer { for pointer in argv + environment { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, path, &actions, &attributes, &argv, &environment)
        guard code == 0 else { throw SystemError(code: code, doing: "start \(path)") }
        return pid
    }
}

/// A file in memory. Unlike with a pipe, neither side waits for the other, and a child that ends without reading its
/// input causes no SIGPIPE.
private final class MemoryFile {
    let file: Descriptor
    private let limit: Int

    /// A file for a child to read.
    init(holding bytes: [UInt8]) throws(SystemError) {
        limit = bytes.count
        file = try MemoryFile.make(flags: 0)
        guard !bytes.isEmpty else { return }
        try file.writeAll(bytes, to: "memory")
        try check("go to the start of a file in memory") { lseek(file.raw, 0, SEEK_SET) }
    }

    /// A file for a child to write, with its size sealed just above the limit (memfd_create(2)); unwritten parts take
    /// no memory.
    init(limit: Int) throws(SystemError) {
        self.limit = limit
        file = try MemoryFile.make(flags: UInt32(MFD_ALLOW_SEALING))
        // Whole pages are written or refused.
        try check("size a file in memory") { ftruncate(file.raw, (limit / 65536 + 1) * 65536) }
        try check("seal a file in memory") { keep6_seal_size(file.raw) }
    }

    private static func make(flags: UInt32) throws(SystemError) -> Descriptor {
        Descriptor(owning: try check("make a file in memory") { memfd_create("keep6", UInt32(MFD_CLOEXEC) | flags) })
    }

    /// What the child has written. The child moved the file offset, which this process shares.
    func written(by program: String) throws(SystemError) -> [UInt8] {
        let doing = "read what \(program) writes"
        let size = try check(doing) { lseek(file.raw, 0, SEEK_CUR) }
        guard size <= limit else { throw SystemError(code: EFBIG, doing: doing) }
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            do throws(SystemError) { count = try check(doing) { pread(file.raw, buffer.baseAddress, size, 0) } } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        guard bytes.count == size else { throw SystemError(code: EIO, doing: doing) }
        return bytes
    }
}

/// A child that this object kills when it goes, if the child has not ended.
private final class Child {
    let pid: pid_t
    let program: Program
    private var isReaped = false

    init(pid: pid_t, of program: Program) {
        self.pid = pid
        self.program = program
    }

    /// Returns the exit code as a shell would.
    func wait() throws(SystemError) -> Int32 {
        let doing = "wait for \(program.path)"
        let deadline = Instant.now.advanced(by: program.limit)
        let end = Descriptor(owning: try check("watch \(program.path)") { keep6_pidfd_open(pid) })
        guard try waitUntilReadable(end.raw, until: deadline, for: program.path) else {
            throw SystemError(code: ETIMEDOUT, doing: doing)
        }
        var status: Int32 = 0
        try check(doing) { waitpid(pid, &status, 0) }
        isReaped = true
        return keep6_exit_code(status)
    }

    deinit {
        guard !isReaped else { return }
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }
}
