// The rows of the survival table that are whole boots, with a libvirt network on autostart.
import Foundation

struct Boot: Sendable {
    let title: String
    /// So many seconds after the start of its systemd the router is there; nil: from the first moment.
    let routerComesAfter: Double?

    static let all = [
        Boot(title: "boot, libvirt network on autostart", routerComesAfter: nil),
        Boot(title: "the same, router there 12 s late, from then on", routerComesAfter: 12),
    ]

    func measure(_ setup: Setup, _ release: DebianRelease, in lab: Lab) throws -> Cell {
        var plan = setup.plan(release)
        plan.libvirtNetwork = .onAutostart
        let host = try lab.switchOn(plan)
        let guest = setup.hasGuest ? try DelegatedGuest(in: lab) : nil
        let echoes = try EchoStream(from: .internet(of: lab.provider), to: guest?.end ?? .host(host), patience: 0.25)
        defer { echoes.stop() }
        if routerComesAfter == nil { try startProvider(lab, guest) }
        var begin = try start(of: host)
        try guest?.plug(into: host)
        if let routerComesAfter {
            lab.idle { Thread.sleep(forTimeInterval: max(begin + routerComesAfter - EchoStream.now(), 0)) }
            begin = EchoStream.now()
            try startProvider(lab, guest)
        }
        // The recipe's boot takes five minutes, in which nothing happens.
        let isLong = setup == .recipe
        try isLong ? lab.idle { try host.waitForBoot(within: 400) } : host.waitForBoot()
        let (online, outage) = lab.idle {
            _ = echoes.waitUntilUnbroken(for: 3, within: 40)
            let online = echoes.firstAnswer(since: begin)
            return (online, online.map { echoes.outage(since: $0) })
        }
        return Cell(
            onlineAfter: online.map { $0 - begin }, isOffline: outage?.isOffline ?? true,
            flaws: try flaws(of: host, lost: outage?.lost ?? 0))
    }

    private func startProvider(_ lab: Lab, _ guest: DelegatedGuest?) throws {
        try lab.provider.restoreRouter()
        try guest?.startServer()
    }

    /// When its systemd began, by the clock that never jumps.
    private func start(of host: Host) throws -> Double {
        var text = ""
        try eventually("systemd takes commands") {
            text = try host.run("systemctl show -P UserspaceTimestampMonotonic").standardOutput
            return !text.isEmpty
        }
        return (Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0) / 1e6
    }

    private func flaws(of host: Host, lost: Int) throws -> [Cell.Flaw] {
        var flaws: [Cell.Flaw] = []
        if lost > 0 { flaws.append(Cell.Flaw(text: "then \(lost) lost", brief: "\(lost) lost")) }
        if try !host.hasLibvirtNetwork() {
            flaws.append(Cell.Flaw(text: "libvirt refuses the network", brief: "refused"))
        }
        let failed = try host.succeed("systemctl --failed --plain --no-legend | cut -d ' ' -f 1")
        if !failed.isEmpty {
            let line = "systemctl show -P FinishTimestampMonotonic -P UserspaceTimestampMonotonic"
            let times = try host.succeed(line).split(separator: "\n").compactMap { Double($0) }
            let took = times.count == 2 ? Int((times[0] - times[1]).magnitude / 1e6) : 0
            let units = failed.split(separator: "\n").joined(separator: ", ")
            flaws.append(Cell.Flaw(text: "\(units) failed, boot took \(took) s", brief: "failed, \(took) s"))
        }
        return flaws
    }
}
