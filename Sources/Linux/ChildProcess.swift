// Another program that runs beside this one: without a shell and without this process's environment, with its output in
// pipes.
import CLinux

/// A running child. Its standard output and its standard error each come through a pipe; its standard input is empty.
package final class ChildProcess {
    package let pid: pid_t
    /// The reading ends. A read blocks, so read only when there is something.
    package let output: Pipe
    package let errors: Pipe
    private let program: Program
    private let pidDescriptor: Descriptor
    private var code: Int32?

    /// Readable after the child has ended (pidfd_open(2)).
    package var end: Int32 { pidDescriptor.raw }

    /// Starts the program, without a limit on its time or its output.
    package init(_ program: Program) throws(SystemError) {
        self.program = program
        let source = try Descriptor(opening: "/dev/null", O_RDONLY)
        let (output, outputEnd) = try Pipe.make(from: program.path)
        let (errors, errorsEnd) = try Pipe.make(from: program.path)
        pid = try program.spawn(input: source.raw, output: outputEnd.raw, errors: errorsEnd.raw)
        (self.output, self.errors) = (output, errors)
        do {
            pidDescriptor = Descriptor(owning: try check("watch \(program.path)") { [pid] in keep6_pidfd_open(pid) })
        } catch {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
            throw error
        }
    }

    package func signal(_ number: Int32) throws(SystemError) {
        try check("signal \(program.path)") { kill(pid, number) }
    }

    /// Waits for the end; returns the exit code as a shell would.
    package func wait() throws(SystemError) -> Int32 {
        if let code { return code }
        var status: Int32 = 0
        try check("wait for \(program.path)") { waitpid(pid, &status, 0) }
        let ended = keep6_exit_code(status)
        code = ended
        return ended
    }
}

/// The output of a child, line by line.
package final class Pipe {
    private let reading: Descriptor
    private let writer: String
    private var rest: [UInt8] = []
    /// A longer line is cut, in bytes.
    static let limit = 4096

    package var descriptor: Int32 { reading.raw }

    private init(_ reading: consuming Descriptor, from writer: String) {
        self.reading = reading
        self.writer = writer
    }

    fileprivate static func make(from writer: String) throws(SystemError) -> (Pipe, Writing) {
        var ends: [Int32] = [-1, -1]
        try check("make a pipe for \(writer)") { pipe2(&ends, O_CLOEXEC) }
        return (Pipe(Descriptor(owning: ends[0]), from: writer), Writing(ends[1]))
    }

    /// The writing end. It may close after the child has inherited it.
    fileprivate final class Writing {
        private let descriptor: Descriptor
        init(_ raw: Int32) { descriptor = Descriptor(owning: raw) }
        var raw: Int32 { descriptor.raw }
    }

    /// Whether a read would return at once.
    package var isReadable: Bool {
        var watched = pollfd(fd: reading.raw, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, 0) > 0
    }

    /// Reads once; returns the lines that are complete now, nil at the end.
    package func lines() throws(SystemError) -> [String]? {
        var chunk = [UInt8](repeating: 0, count: Pipe.limit)
        let count = try check("read from \(writer)") { read(reading.raw, &chunk, chunk.count) }
        if count == 0 { return nil }
        rest += chunk.prefix(count)
        var lines: [String] = []
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(String(decoding: rest[..<end], as: UTF8.self))
            rest.removeFirst(end + 1)
        }
        if rest.count > Pipe.limit { rest = [] }
        return lines
    }
}
