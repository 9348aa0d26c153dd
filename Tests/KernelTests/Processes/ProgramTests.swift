// Other programs, as keep6 runs them.
import Glibc
import Internet
import Linux
import Testing

@Suite("A program that keep6 runs") struct ProgramTests {
    private func shell(_ script: String) -> Program { Program("/bin/sh", ["-c", script]) }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("gets its input and gives its output, errors and exit code")
    func outcome() throws {
        let input = [UInt8](repeating: UInt8(ascii: "x"), count: 500_000)
        let outcome = try shell("cat; echo bad >&2; exit 7").run(input: input)
        #expect(outcome.code == 7 && outcome.output == input && text(outcome.errors) == "bad\n")
        #expect(try shell("kill -9 $$").run().code == 137)
    }

    @Test("may end without reading its input")
    func unreadInput() throws {
        let outcome = try Program("/bin/true").run(input: [UInt8](repeating: 0, count: 1 << 20))
        #expect(outcome.code == 0)
    }

    @Test("has a clean environment, and no descriptor of this process")
    func environment() throws {
        let file = try Descriptor(opening: "/dev/null", O_RDONLY)
        let outcome = try Program("/usr/bin/env").run()
        #expect(text(outcome.output) == "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLC_ALL=C\n")
        #expect(try shell("test -e /proc/self/fd/\(file.raw)").run().code == 1)
    }

    @Test("is ended when it takes too long, even if it keeps quiet or has closed its output")
    func tooLong() throws {
        for script in ["sleep 1000", "exec >&- 2>&-; sleep 1000", "while :; do echo; sleep 0.01; done"] {
            var program = shell(script)
            program.limit = .milliseconds(200)
            let start = Instant.now
            #expect(throws: SystemError(code: ETIMEDOUT, doing: "wait for /bin/sh")) { try program.run() }
            #expect(start.duration(to: .now) < .seconds(5), "\(script)")
        }
    }

    @Test("is ended when it writes too much")
    func tooMuch() {
        for script in ["cat /dev/zero", "cat /dev/zero >&2"] {
            #expect(throws: SystemError(code: EFBIG, doing: "read what /bin/sh writes")) { try shell(script).run() }
        }
    }

    @Test("that is not there is an error")
    func missing() {
        #expect(throws: SystemError(code: ENOENT, doing: "start /nothing")) { try Program("/nothing").run() }
    }
}
