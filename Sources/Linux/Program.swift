// Another program, run to its end: no shell, nothing of this process's environment, limits on time and output.
import CLinux
import Internet

/// A program that is run with some input, and what it leaves.
public struct Program: Sendable {
    public let path: String
    public let arguments: [String]
    /// How long it may take, altogether.
    public var limit = Duration.seconds(30)
    /// How much it may write to standard output, and to standard error, in bytes.
    public var outputLimit = 1 << 20

    /// - Parameter path: absolute.
    public init(_ path: String, _ arguments: [String] = []) {
        self.path = path
        self.arguments = arguments
    }

    public struct Outcome: Sendable {
        /// 128 and the signal's number if one ended it.
        public let code: Int32
        public let output: [UInt8]
        public let errors: [UInt8]
    }

    /// Runs it; one that takes too long is ended, ETIMEDOUT, as is one that writes too much, EFBIG.
    public func run(input: [UInt8] = []) throws(SystemError) -> Outcome {
        let source = try MemoryFile(holding: input)
        let output = try Pipe()
        let errors = try Pipe()
        let pid = try start(source.file.raw, output.far, errors.far)
        let child = Child(pid: pid, program: self)
        output.closeFar()
        errors.closeFar()
        return try child.wait(output, errors)
    }

    private func start(_ input: Int32, _ output: Int32, _ errors: Int32) throws(SystemError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (place, descriptor) in [input, output, errors].enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(place))
        }
        var argv = ([path] + arguments).map { strdup($0) } + [nil]
        let variables = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"]
        var environment = variables.map { strdup($0) } + [nil]
        defer { for pointer in argv + environment { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, path, &actions, nil, &argv, &environment)
        guard code == 0 else { throw SystemError(code: code, doing: "start \(path)") }
        return pid
    }
}

/// A file in memory, at its start: a child that ends without reading it gives nobody a SIGPIPE.
private final class MemoryFile {
    let file: Descriptor

    init(holding bytes: [UInt8]) throws(SystemError) {
        let doing = "make a file in memory"
        file = Descriptor(owning: try check(doing) { memfd_create("keep6", UInt32(MFD_CLOEXEC)) })
        try file.writeAll(bytes, to: "memory")
        try check(doing) { lseek(file.raw, 0, SEEK_SET) }
    }
}

/// A pipe whose far end is a child's.
private final class Pipe {
    let near: Int32
    private(set) var far: Int32
    var received: [UInt8] = []
    var isOpen = true

    init() throws(SystemError) {
        var ends: [Int32] = [0, 0]
        try check("make a pipe") { pipe2(&ends, O_CLOEXEC) }
        (near, far) = (ends[0], ends[1])
    }

    func closeFar() {
        if far >= 0 { close(far) }
        far = -1
    }

    /// Takes what can be read now; the end of the file closes it.
    func receive(limit: Int, from program: String) throws(SystemError) {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = try check("read from \(program)") { read(near, &chunk, chunk.count) }
        received += chunk.prefix(count)
        isOpen = count > 0
        if received.count > limit { throw SystemError(code: EFBIG, doing: "read what \(program) writes") }
    }

    deinit {
        close(near)
        closeFar()
    }
}

/// A child that is ended with this object, if it has not ended by itself.
private final class Child {
    let pid: pid_t
    let program: Program
    private var hasEnded = false
    private var isReaped = false

    init(pid: pid_t, program: Program) {
        self.pid = pid
        self.program = program
    }

    func wait(_ output: Pipe, _ errors: Pipe) throws(SystemError) -> Program.Outcome {
        let deadline = Instant.now.advanced(by: program.limit)
        let end = Descriptor(owning: try check("watch \(program.path)") { keep6_pidfd_open(pid) })
        while output.isOpen || errors.isOpen || !hasEnded {
            var watched = [
                pollfd(fd: output.isOpen ? output.near : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: errors.isOpen ? errors.near : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: hasEnded ? -1 : end.raw, events: Int16(POLLIN), revents: 0),
            ]
            let left = Instant.now.duration(to: deadline).microseconds
            let ready = try check("wait for \(program.path)") {
                poll(&watched, nfds_t(watched.count), Int32(clamping: max(0, left / 1000 + 1)))
            }
            guard ready > 0, left > 0 else { throw SystemError(code: ETIMEDOUT, doing: "wait for \(program.path)") }
            if watched[0].revents != 0 { try output.receive(limit: program.outputLimit, from: program.path) }
            if watched[1].revents != 0 { try errors.receive(limit: program.outputLimit, from: program.path) }
            if watched[2].revents != 0 { hasEnded = true }
        }
        var status: Int32 = 0
        try check("wait for \(program.path)") { waitpid(pid, &status, 0) }
        isReaped = true
        return Program.Outcome(code: keep6_exit_code(status), output: output.received, errors: errors.received)
    }

    deinit {
        guard !isReaped else { return }
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
    }
}
