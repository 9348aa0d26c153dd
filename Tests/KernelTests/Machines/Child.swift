// A program run by absolute path, with a clean environment and no shell.
import CLinux
import Linux

/// Runs other programs.
enum Child {
    /// Starts the program, waits for it, and returns its exit code (128 + signal if one ended it).
    ///
    /// The child has PATH and LC_ALL=C in its environment and nothing else, and shares standard output and error.
    static func run(_ program: String, _ arguments: [String]) throws(SystemError) -> Int32 {
        var argv = strings([program] + arguments)
        var environment = strings(["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"])
        defer { for pointer in argv + environment { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, program, nil, nil, &argv, &environment)
        guard code == 0 else { throw SystemError(code: code, doing: "run \(program)") }
        var status: Int32 = 0
        try check("wait for \(program)") { waitpid(pid, &status, 0) }
        return keep6_exit_code(status)
    }

    /// A null-terminated array of C strings, each to be freed.
    private static func strings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        var pointers: [UnsafeMutablePointer<CChar>?] = []
        for text in texts { pointers.append(strdup(text)) }
        return pointers + [nil]
    }
}
