import Foundation

/// A network namespace by name, as `ip netns` knows it.
struct NamedNamespace: Sendable {
    private static let place = "/run/netns"
    let name: String
    var path: String { "\(Self.place)/\(name)" }

    static func all(prefix: String) -> [NamedNamespace] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
        return names.filter { $0.hasPrefix(prefix) }.map(NamedNamespace.init(name:))
    }

    func create() throws {
        try machine("ip", "netns", "add", name)
        try run("ip", "link", "set", "lo", "up")
    }

    /// `words`, to be run in here.
    func command(_ words: [String]) -> Command {
        Command(["ip", "netns", "exec", name] + words)
    }

    @discardableResult
    func run(_ words: String...) throws -> String {
        try command(words).succeed()
    }

    /// Kills everything in here and waits until it is gone: a booted host goes with its first process.
    func killProcesses() {
        for _ in 0..<500 {
            let processes = self.processes()
            if processes.isEmpty { return }
            for process in processes { kill(process, SIGKILL) }
            usleep(10_000)
        }
    }

    /// No command does this: it is also done for a run whose place for a command's output is not there yet or gone.
    func remove() {
        umount2(path, Int32(MNT_DETACH))
        unlink(path)
    }

    private func processes() -> [pid_t] {
        var here = stat()
        guard stat(path, &here) == 0 else { return [] }
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap { pid_t($0) }.filter { process in
            var theirs = stat()
            return stat("/proc/\(process)/ns/net", &theirs) == 0
                && theirs.st_ino == here.st_ino && theirs.st_dev == here.st_dev
        }
    }
}
