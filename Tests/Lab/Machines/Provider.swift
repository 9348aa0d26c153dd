import Foundation

/// The other side of a host's uplinks: the provider's router, and the internet behind it.
final class Provider {
    static let gateway = "fe80::1"
    /// Someone far away: the way back to this address is the host's default route.
    static let internet = "2001:db8:ffff::1"

    let namespace: NamedNamespace
    private let directory: String
    private var uplinks: [Uplink] = []
    private var delegated: [String] = []
    private var router: Program?
    private var manner = Router()

    init() throws {
        let run = try Run.current.get()
        let name = "\(run.name)-\(run.number())"
        directory = "\(run.directory)/\(name)"
        namespace = NamedNamespace(name: "\(name)-provider")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try namespace.create()
        try namespace.run("sysctl", "-qw", "net.ipv6.conf.all.forwarding=1")
        try namespace.run("ip", "addr", "add", "\(Self.internet)/128", "dev", "lo")
    }

    /// Plugs an uplink into the host.
    func connect(_ uplink: Uplink, to host: Host) throws {
        try machine(
            "ip", "link", "add", uplink.farEnd, "netns", namespace.name, "type", "veth",
            "peer", "name", uplink.name, "address", uplink.hardwareAddress, "netns", host.namespace.name)
        // The router's advertisements come from its only link-local address.
        try namespace.run("ip", "link", "set", uplink.farEnd, "addrgenmode", "none")
        for address in ["\(Self.gateway)/64", "\(uplink.prefix)1/64"] {
            try namespace.run("ip", "addr", "add", address, "dev", uplink.farEnd, "nodad")
        }
        try namespace.run("ip", "link", "set", uplink.farEnd, "up")
        uplinks.append(uplink)
    }

    /// Routes a prefix to the host, as a provider does that has delegated it: to the link-local address that asked for it.
    func route(_ prefix: String) throws {
        delegated.append(prefix)
        try restoreRoutes()
    }

    /// They go when the provider's end of the uplink goes down.
    func restoreRoutes() throws {
        let uplink = Uplink.eth0
        for prefix in delegated {
            try namespace.run("ip", "-6", "route", "replace", prefix, "via", uplink.linkLocal, "dev", uplink.farEnd)
        }
    }

    /// Has the router advertise itself from now on.
    func startRouter(_ manner: Router = Router()) throws {
        silenceRouter()
        self.manner = manner
        let file = "\(directory)/radvd.conf"
        try manner.configuration(for: uplinks).write(toFile: file, atomically: true, encoding: .utf8)
        let radvd = namespace.command(["radvd", "-n", "-C", file, "-p", "\(directory)/radvd.pid", "-m", "stderr"])
        router = try Program(radvd, standardOutput: "\(directory)/radvd.log")
    }

    /// It advertises itself again as it did before.
    func restartRouter() throws {
        try startRouter(manner)
    }

    /// The router says nothing any more, not even that it goes; it still forwards.
    func silenceRouter() {
        endRouter(SIGKILL)
    }

    /// It answers nothing until it is withdrawn.
    func pauseRouter() {
        router?.signal(SIGSTOP)
    }

    /// The router says that it is no default router any more.
    func withdrawRouter() {
        // One that has only just been started would end without a word.
        try? eventually("radvd has begun") { router?.catches(SIGTERM) != false }
        endRouter(SIGTERM)
    }

    private func endRouter(_ signal: Int32) {
        router?.signal(signal)
        router?.signal(SIGCONT)
        router?.wait()
        router = nil
        // radvd does not start while the process that its file names is there, be it another one by now.
        unlink("\(directory)/radvd.pid")
    }

    /// What its router did, for the story of a failure.
    var story: String {
        let log = (try? String(contentsOfFile: "\(directory)/radvd.log", encoding: .utf8)) ?? ""
        return "# radvd \(router?.isRunning == true ? "runs" : "does not run")\n\(log.suffix(1000))"
    }

    /// Someone else on the link has this address already.
    func occupy(_ address: String, on uplink: Uplink = .eth0) throws {
        try namespace.run("ip", "addr", "add", "\(address)/64", "dev", uplink.farEnd, "nodad")
    }

    func vacate(_ address: String, on uplink: Uplink = .eth0) throws {
        try namespace.run("ip", "addr", "del", "\(address)/64", "dev", uplink.farEnd)
    }

    /// Whether an echo comes back, for which the host needs its default route, sooner or later.
    func reaches(_ address: String, within seconds: Int) throws -> Bool {
        // A send fails while the neighbor is unknown; only a reply counts.
        try namespace.command(
            ["ping", "-6", "-q", "-n", "-c", "1", "-i", "0.05", "-w", "\(seconds)", "-I", Self.internet, address]
        ).run(within: seconds + 5).succeeded
    }

    func discard() {
        namespace.killProcesses()
        router?.wait()
        namespace.remove()
        try? FileManager.default.removeItem(atPath: directory)
    }
}
