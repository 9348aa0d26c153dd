// Files in /run/keep6 that keep6 did not write so.
import Internet
import Linux
import Netlink
import TestSupport
import Testing

/// What a file is instead of what it should be: a shell command that makes it, at `$1`.
private struct BadFile {
    let name: String
    let command: String

    init(_ name: String, _ command: String) {
        self.name = name
        self.command = command
    }

    /// Makes it in the host's /run/keep6.
    func make(_ path: String, on host: KeptHost) throws {
        let script = "mkdir -p /run/keep6; set -- /run/keep6/\(path); rm -rf \"$1\"; \(command)"
        let outcome = try host.run("/bin/sh", ["-ec", script], environment: ["PATH": "/usr/bin:/bin"])
        guard outcome.code == 0 else { throw FixtureError("\(name): \(outcome.errors)") }
    }

    /// In how many sentences the guard says that it ignores the file.
    func complaints(_ keeper: PipedProgram, _ path: String) -> Int {
        let said = keeper.errors.lines.filter { $0.contains("/run/keep6/\(path)") }
        return said.filter { $0.contains("keep6 ignores it until it is written again") }.count
    }

    static let wishes = [
        BadFile("an empty file", ": >\"$1\""),
        BadFile("garbage", "head -c 3000 /dev/urandom >\"$1\""),
        BadFile("1 MiB", "head -c 1048576 /dev/zero >\"$1\""),
        BadFile("a link to /etc/passwd", "ln -s /etc/passwd \"$1\""),
        BadFile(
            "a link to a good wish",
            "printf 'keep6-wish 1\\nuplink eth0\\nend\\n' >/run/other; ln -s /run/other \"$1\""),
        BadFile("a link to nothing", "ln -s /nothing \"$1\""),
        BadFile("a FIFO", "mkfifo \"$1\""),
        BadFile("a torn wish", "printf 'keep6-wish 1\\nuplink eth0\\nkeep6-default-ro' >\"$1\""),
        BadFile("another interface's wish", "printf 'keep6-wish 1\\nuplink eth1\\nend\\n' >\"$1\""),
        BadFile("a wish of a later version", "printf 'keep6-wish 2\\nuplink eth0\\nend\\n' >\"$1\""),
        BadFile("somebody's file", "printf 'keep6-wish 1\\nuplink eth0\\nend\\n' >\"$1\"; chown 65534 \"$1\""),
    ]

    static let memories = [
        BadFile("an empty file", ": >\"$1\""),
        BadFile("garbage", "head -c 3000 /dev/urandom >\"$1\""),
        BadFile("1 MiB", "head -c 1048576 /dev/zero >\"$1\""),
        BadFile("a link to /etc/passwd", "ln -s /etc/passwd \"$1\""),
        BadFile("a FIFO", "mkfifo \"$1\""),
        BadFile("a torn memory", "printf 'keep6-memory 1\\nlosses 3\\nrouter fe80::ff:fe0' >\"$1\""),
        BadFile("half a router", "printf 'keep6-memory 1\\nrouter fe80::1 5\\nend\\n' >\"$1\""),
        BadFile("more losses than can be", "printf 'keep6-memory 1\\nlosses 9223372036854775807\\nend\\n' >\"$1\""),
        BadFile("a router that is none", "printf 'keep6-memory 1\\nrouter x 5 5 0 1 - -\\nend\\n' >\"$1\""),
        BadFile(
            "a loss before all time",
            "printf 'keep6-memory 1\\nlast-loss -9223372036854775808 - x\\nend\\n' >\"$1\""),
        BadFile(
            "a router for ever",
            "printf 'keep6-memory 1\\nrouter fe80::1 9223372036854775807 9223372036854775807 0 1024 - -\\nend\\n'"
                + " >\"$1\""),
    ]
}

@Suite(
    "A bad file in /run/keep6", .needsRoot)
struct StateFilesTests {
    /// A route as a router's advertisement brings it, and its loss.
    private func loseRoute(on host: KeptHost, _ keeper: PipedProgram) throws {
        try host.host.sh("ip -6 route add default via fe80::ff:fe00:1 dev eth0 proto ra expires 600")
        try host.host.sh("ip -6 route del default proto ra")
        try keeper.errors.line(with: "put back via fe80::ff:fe00:1 after ")
    }

    @Test("instead of a wish is said, the guard works with the defaults, and the hook writes it anew")
    func wishes() throws {
        let host = try KeptHost()
        for file in BadFile.wishes {
            try host.setAcceptRA(1)
            try file.make("eth0.wish", on: host)
            let keeper = try host.startGuard()
            #expect(file.complaints(keeper, "eth0.wish") == 1, "\(file.name)")
            #expect(try host.acceptRA() == 2, "\(file.name)")
            try loseRoute(on: host, keeper)
            #expect(try keeper.end() == 0)
            try host.host.sh("ip -6 route del default; rm -f '\(host.path("eth0.route"))'")
            let hook = try host.hook("pre-up")
            #expect(hook.code == 0 && hook.errors.count == 1, "\(file.name)")
            #expect(
                try host.text("eth0.wish") == "keep6-wish 1\nuplink eth0\nfound-accept-ra 2\nend\n", "\(file.name)")
            #expect(try host.hook("pre-up").errors == [], "\(file.name)")
        }
    }

    @Test("instead of a memory is said, the guard works without it, and writes it anew")
    func memories() throws {
        let host = try KeptHost()
        #expect(try host.hook("pre-up").code == 0)
        for file in BadFile.memories {
            try file.make("eth0.route", on: host)
            #expect(try host.run("keep6", ["status"]).output.contains { $0.hasPrefix("eth0: ") }, "\(file.name)")
            let keeper = try host.startGuard()
            #expect(file.complaints(keeper, "eth0.route") == 1, "\(file.name)")
            try loseRoute(on: host, keeper)
            #expect(try keeper.end() == 0, "\(file.name)")
            let text = try host.text("eth0.route")
            try host.host.sh("ip -6 route del default")
            #expect(text.hasPrefix("keep6-memory 1\nlosses 1\nrouter fe80::ff:fe00:1 "), "\(file.name)")
        }
    }

    @Test("that is a directory is said, and is not taken away")
    func directoryInPlaceOfAWish() throws {
        let host = try KeptHost()
        try BadFile("", "mkdir \"$1\"").make("eth0.wish", on: host)
        let hook = try host.hook("pre-up")
        #expect(hook.code == 0)
        #expect(hook.errors.contains { $0.contains("/run/keep6/eth0.wish") && $0.contains("ignores") })
        #expect(try host.acceptRA() == 2)
        #expect(host.stateFiles == ["eth0.wish"])
    }

    @Test("instead of the lock keeps a guard from starting, and it says so")
    func lock() throws {
        let host = try KeptHost()
        #expect(try host.hook("pre-up").code == 0)
        try BadFile("", "ln -s /etc/passwd \"$1\"").make("eth0.lock", on: host)
        let outcome = try host.run("keep6-guard", ["eth0"])
        #expect(outcome.code == 1)
        #expect(outcome.errors.count == 1)
        #expect(outcome.errors.first?.contains("/run/keep6/eth0.lock") == true)
    }

    @Test("instead of the directory is said by the hook, which lets ifup go on")
    func directory() throws {
        let host = try KeptHost(": >/run/keep6")
        let hook = try host.hook("pre-up")
        #expect(hook.code == 0)
        #expect(hook.errors.allSatisfy { $0.contains("'eth0': ") && $0.contains("/run/keep6") })
        #expect(hook.errors.last?.contains("the guard will use the defaults") == true)
        #expect(try host.acceptRA() == 2)
    }
}
