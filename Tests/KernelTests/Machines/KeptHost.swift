// A host that keep6 keeps, and its router: the shipped executable in namespaces of its own, with a /run of its own.
import CLinux
import Foundation
import Internet
import Linux
import Netlink

/// A host whose uplink `eth0` leads to a router's `up0`; `2001:db8:ffff::1` is behind that router.
final class KeptHost {
    static let uplink = InterfaceName("eth0")!
    /// The router, as `NetworkNamespace.connect` makes it.
    static let gateway = IPv6Address("fe80::ff:fe00:1")!

    let host: NetworkNamespace
    let router: NetworkNamespace
    let routes: Rtnetlink
    /// The executable under its names.
    let programs: String
    private(set) var radvd: RouterDaemon?
    /// Its mount namespace is the host's.
    private let holder: PipedProgram

    /// `preparation` is run by a shell in the host's namespaces, once they have a /run of their own.
    init(_ preparation: String = "") throws {
        let host = try NetworkNamespace()
        self.host = host
        router = try NetworkNamespace()
        routes = try host.run { try Rtnetlink() }
        programs = try KeptHost.linkPrograms()
        holder = try PipedProgram(
            "/usr/bin/nsenter",
            [
                "--net=/run/netns/\(host.name)", "/usr/bin/unshare", "--mount", "--propagation", "slave", "/bin/sh",
                "-ec", "mount -t tmpfs -o mode=755 tmpfs /run; \(preparation)\necho ready; exec cat",
            ], environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"])
        try holder.output.line(with: "ready")
        try router.sh(
            "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding; ip address add 2001:db8:ffff::1/128 dev lo nodad")
        try connect()
    }

    deinit { try? FileManager.default.removeItem(atPath: programs) }

    /// Makes the link to the router; the host's address needs no duplicate address detection.
    func connect() throws {
        try host.connect("eth0", to: router, "up0")
        try host.sh("ip address add 2001:db8:1::10/64 dev eth0 nodad")
        try router.sh("ip address add 2001:db8:1::1/64 dev up0 nodad")
    }

    /// Has the router advertise itself; without `speaksUnasked` only to those that solicit it.
    func advertise(speaksUnasked: Bool = false) throws {
        radvd = try RouterDaemon(in: router, speaksUnasked: speaksUnasked)
    }

    /// A host with its guard and a default route that was learnt just now.
    static func withLearntRoute(
        speaksUnasked: Bool = false, forwarding: Bool = false, options: [String: String] = [:],
        phases: [String] = ["pre-up"]
    ) throws -> (KeptHost, PipedProgram) {
        let host = try KeptHost()
        for phase in phases {
            let hook = try host.hook(phase, options)
            guard hook.code == 0 else { throw FixtureError("the hook failed: \(hook.errors)") }
        }
        if forwarding { try host.setForwarding(1) }
        try host.advertise(speaksUnasked: speaksUnasked)
        let keeper = try host.startGuard()
        try host.waitForLearntRoute()
        return (host, keeper)
    }

    /// Symbolic links to the executable that was built beside the test runner.
    private static func linkPrograms() throws -> String {
        let runner = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let executable = URL(filePath: runner).deletingLastPathComponent().appending(path: "keep6").path
        guard FileManager.default.isExecutableFile(atPath: executable) else {
            throw FixtureError("there is no executable \(executable); 'swift build' makes it")
        }
        let directory = FileManager.default.temporaryDirectory.appending(path: "keep6-\(UUID())").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        for name in [
            "keep6", "keep6-guard", "if-hook", "libvirt-hook", "networkd-hook", "networkd-watch", "firewall-hook",
        ] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(directory)/\(name)", withDestinationPath: executable)
        }
        return directory
    }
}

// MARK: - Programs

extension KeptHost {
    /// What a program that ended left behind.
    struct Outcome {
        let code: Int32
        let output: [String]
        let errors: [String]
    }

    /// Starts one of keep6's programs on the host, or another by its absolute path.
    func start(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:]
    ) throws -> PipedProgram {
        let path = program.hasPrefix("/") ? program : "\(programs)/\(program)"
        return try PipedProgram(
            "/usr/bin/nsenter", ["-t", "\(holder.pid)", "--mount", "--net", path] + arguments, environment: environment)
    }

    /// Runs it to its end.
    func run(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:]
    ) throws -> Outcome {
        let program = try start(program, arguments, environment: environment)
        let code = try program.waitForEnd()
        return Outcome(code: code, output: program.output.lines, errors: program.errors.lines)
    }

    /// Calls the ifupdown hook with the options of an `inet6 static` stanza that says `keep6 yes`.
    func hook(_ phase: String, _ options: [String: String] = [:]) throws -> Outcome {
        let stanza = [
            "IFACE": "eth0", "LOGICAL": "eth0", "ADDRFAM": "inet6", "METHOD": "static", "PHASE": phase,
            "MODE": phase == "pre-down" ? "stop" : "start", "VERBOSITY": "0", "IF_KEEP6": "yes",
        ]
        return try run("if-hook", environment: stanza.merging(options) { $1 })
    }

    /// Starts a guard and returns it when it watches.
    func startGuard() throws -> PipedProgram {
        let keeper = try start("keep6-guard", ["eth0"])
        try keeper.errors.line(with: "'eth0': watching;")
        return keeper
    }

    /// Runs lines of ip(8)'s batch mode; the program stays until it is ended, so that the guard can look at its name.
    func ip(_ lines: String) throws -> PipedProgram {
        let program = try start("/usr/sbin/ip", ["-6", "-batch", "-"])
        try program.write(lines + "\n")
        return program
    }

    /// Whether what is behind the router answers the host; where others are offline, an answer can get lost, for the kernel
    /// sends those of all namespaces by the same sockets.
    func isOnline() throws -> Bool {
        try run("/usr/bin/ping", ["-6", "-n", "-c", "1", "-w", "20", "2001:db8:ffff::1"]).code == 0
    }
}

// MARK: - State

extension KeptHost {
    var link: Link {
        get throws {
            guard let link = try routes.link(KeptHost.uplink) else { throw FixtureError("there is no 'eth0'") }
            return link
        }
    }

    /// The default routes through the uplink.
    var defaultRoutes: [Route] { get throws { try routes.defaultRoutes(through: try link.index) } }

    /// Follows the kernel's notifications until the default routes are as they should be.
    func wait(for what: String, until isMet: ([Route]) -> Bool) throws {
        let ears = try listen()
        let deadline = Instant.now.advanced(by: .seconds(20))
        while true {
            while try ears.receive() != nil {}
            let routes = try defaultRoutes
            if isMet(routes) { return }
            guard try poll(ears.descriptor, before: deadline, for: what) else {
                throw FixtureError("\(what) did not come in 20 seconds; there is \(routes)")
            }
        }
    }

    /// Waits until the router's own route is there, and nothing beside it.
    func waitForLearntRoute() throws {
        try wait(for: "the router's own route, alone") { $0.map(\.routeProtocol) == [.routerAdvertisement] }
    }

    /// A socket that hears all from now on.
    func listen() throws -> NotificationSocket { try host.run { try NotificationSocket() } }

    /// The number in `net.ipv6.conf.INTERFACE.accept_ra`.
    func acceptRA(_ interface: InterfaceName = KeptHost.uplink) throws -> Int {
        try host.run { try Sysctl("accept_ra", of: interface).read() }
    }

    func setAcceptRA(_ value: Int) throws { try host.run { try Sysctl("accept_ra", of: KeptHost.uplink).write(value) } }

    func setForwarding(_ value: Int) throws { try host.run { try Sysctl("forwarding", of: nil).write(value) } }

    /// A file in the host's /run/keep6, as this process can open it.
    func path(_ name: String = "") -> String { file("/run/keep6/\(name)") }

    /// Any file of the host's, by its absolute path there.
    func file(_ path: String) -> String { "/proc/\(holder.pid)/root\(path)" }

    /// The names in the host's /run/keep6; empty if it is not there.
    var stateFiles: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path()))?.sorted() ?? [] }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }
}
