// A program that runs beside keep6, and what it writes.
import Glibc
import Linux
import Testing

@Suite struct ChildProcessTests {
    private func shell(_ script: String) throws -> ChildProcess {
        try ChildProcess(Program("/bin/sh", ["-c", script]))
    }

    private func all(_ pipe: Pipe) throws -> [String] {
        var lines: [String] = []
        while let more = try pipe.lines() { lines += more }
        return lines
    }

    @Test func linesAndExitCode() throws {
        let child = try shell("echo one; printf 'tw'; printf 'o\\n'; printf left; echo three >&2; cat; exit 7")
        #expect(try all(child.output) == ["one", "two"])
        #expect(try all(child.errors) == ["three"])
        #expect(try child.wait() == 7)
        #expect(try child.wait() == 7)
    }

    /// A line without an end takes no more memory than this.
    @Test func longLines() throws {
        let child = try shell("head -c 1000000 /dev/zero; echo; echo end")
        #expect(try all(child.output).last == "end")
        #expect(try child.wait() == 0)
    }

    /// The loop that reads signals blocks them; what it starts must hear them all the same.
    @Test func hearsSignalsThatAreBlockedHere() throws {
        var mask = sigset_t()
        var before = sigset_t()
        sigemptyset(&mask)
        sigaddset(&mask, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &mask, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let child = try shell("echo up; exec sleep 60")
        #expect(try child.output.lines() == ["up"])
        try child.signal(SIGTERM)
        #expect(try child.wait() == 128 + SIGTERM)
    }

    @Test func tellsOfItsEnd() throws {
        let child = try shell("echo last >&2")
        var watched = pollfd(fd: child.end, events: Int16(POLLIN), revents: 0)
        #expect(poll(&watched, 1, 10_000) == 1)
        #expect(child.errors.isReadable)
        #expect(try child.errors.lines() == ["last"])
        #expect(try child.wait() == 0)
    }

    @Test func missing() {
        #expect(throws: SystemError(code: ENOENT, doing: "start /nothing")) { try ChildProcess(Program("/nothing")) }
    }
}
