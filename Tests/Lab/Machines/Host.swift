import Foundation

/// A booted Debian: a root of its own, a network namespace of its own, and systemd as its first process.
final class Host {
    let release: DebianRelease
    let manager: Manager
    let namespace: NamedNamespace
    private let name: String
    private let directory: String
    private let group: ControlGroup
    private let devices: [String]
    private var supervisor: Program?
    private var firstProcess: pid_t = 0

    private var root: String { "\(directory)/root" }
    private var console: String { "\(directory)/console" }

    /// Installed, and wired to nothing yet.
    init(_ plan: HostPlan) throws {
        let run = try Run.current.get()
        name = "\(run.name)-\(run.number())"
        release = plan.release
        manager = plan.manager
        devices = plan.devices
        directory = "\(run.directory)/\(name)"
        namespace = NamedNamespace(name: "\(name)-host")
        group = ControlGroup(name: "\(name)-host")
        let root =
            try plan.hasPackage
            ? Root.withPackage(plan.release, for: plan.purpose) : Root.plain(plan.release, for: plan.purpose)
        try Mount.overlay(root.layers, upper: "\(directory)/upper", work: "\(directory)/work", at: self.root)
        try namespace.create()
        try group.create()
        for (path, text) in plan.allFiles { try write(text, to: path) }
        for line in plan.allPreparation { try machine("chroot", self.root, "sh", "-ec", line) }
    }

    /// Switched on, without a wait for anything.
    func switchOn() throws {
        let nspawn = Command(
            [
                "systemd-nspawn", "-q", "-D", root, "-M", name, "--register=no", "--keep-unit", "--link-journal=no",
                "--resolv-conf=off", "--timezone=off", "--network-namespace-path=\(namespace.path)",
                "--capability=all", "-b", "--console=pipe",
            ] + devices.map { "--bind=\($0)" },
            environment: ["SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1", "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network"])
        let supervisor = try Program(group.command(nspawn), standardOutput: console)
        self.supervisor = supervisor
        try eventually("'\(name)' runs systemd", within: 20) {
            let children = try String(
                contentsOfFile: "/proc/\(supervisor.processID)/task/\(supervisor.processID)/children", encoding: .utf8)
            guard let child = children.split(separator: " ").compactMap({ pid_t($0) }).first else { return false }
            firstProcess = child
            // Before that it is not in its own root yet.
            return (try? String(contentsOfFile: "/proc/\(child)/comm", encoding: .utf8)) == "systemd\n"
        }
    }

    /// Waits until systemd says that the boot is over, whether or not units failed.
    func waitForBoot(within seconds: Int = 60) throws {
        try eventually("'\(name)' takes commands", within: Double(seconds)) {
            let state = try run("systemctl is-system-running --wait", within: seconds).standardOutput
            return ["running\n", "degraded\n"].contains(state)
        }
    }

    /// Asks for a power-off and waits for its end.
    func powerOff() throws {
        // SIGRTMIN+4, which systemd takes for it.
        kill(firstProcess, 34 + 4)
        try eventually("'\(name)' is off", within: 60) { supervisor?.isRunning != true }
    }

    /// Powers off and on. A machine would begin without rules and bridges, and the namespace is there before and after.
    func rebootWithoutRules() throws {
        try powerOff()
        for table in ["filter", "nat", "mangle", "raw"] {
            try namespace.run("ip6tables", "-t", table, "-F")
            try namespace.run("ip6tables", "-t", table, "-X")
        }
        try namespace.run("ip", "link", "del", "virbr6")
        try switchOn()
        try waitForBoot()
    }

    /// Gone with everything that was made for it, in whatever state.
    func discard() {
        namespace.killProcesses()
        supervisor?.wait()
        Mount.detach(root)
        namespace.remove()
        group.remove()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// A shell line, to be run inside.
    func command(_ line: String) -> Command {
        Command(["nsenter", "-t", "\(firstProcess)", "-m", "-u", "-i", "-n", "-p", "-C", "--", "sh", "-c", line])
    }

    func run(_ line: String, within seconds: Int = 60) throws -> Command.Output {
        try command(line).run(within: seconds)
    }

    /// What it wrote; anything but success is a failure.
    @discardableResult
    func succeed(_ line: String, within seconds: Int = 60) throws -> String {
        try command(line).succeed(within: seconds).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func write(_ text: String, to path: String) throws {
        let file = root + path
        let parent = URL(fileURLWithPath: file).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try text.write(toFile: file, atomically: false, encoding: .utf8)
    }

    func copy(_ file: String, to path: String) throws {
        try FileManager.default.copyItem(atPath: file, toPath: root + path)
    }

    /// What an administrator would look at after a failure.
    var story: String {
        let questions = [
            "ip -6 route", "ip -6 addr",
            "grep . /proc/sys/net/ipv6/conf/*/accept_ra /proc/sys/net/ipv6/conf/*/forwarding",
            "ls -l /run/keep6", "networkctl --no-pager status -a 2>&1 | head -n 100", "systemctl --failed --no-pager",
            "journalctl -b -n 150 --no-pager -o short-monotonic",
        ]
        let answers = questions.map { "# \($0)\n\((try? run($0, within: 10))?.standardOutput ?? "no answer")" }
        let console = (try? String(contentsOfFile: console, encoding: .utf8)) ?? ""
        return "\(release.testDescription)\n\(answers.joined(separator: "\n"))\n# console\n\(console.suffix(2000))"
    }
}
