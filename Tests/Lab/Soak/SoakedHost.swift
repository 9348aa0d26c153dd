// One host on its way through many disruptions, and what became of it.
import Foundation
import TestSupport
import Testing

final class SoakedHost {
    /// What the guard's process takes.
    struct Guard {
        let process: Int
        let kilobytes: Int
        let descriptors: Int
    }

    let manager: Manager
    private let lab: Lab
    private let host: Host
    private let echoes: EchoStream
    private var random: SeededGenerator
    private var kills = 0
    private(set) var survived = 0
    private(set) var longestGaps: [String: Double] = [:]
    private(set) var growth = ""

    init(_ manager: Manager, _ release: DebianRelease, in lab: Lab, _ random: SeededGenerator) throws {
        self.manager = manager
        self.lab = lab
        self.random = random
        var plan = HostPlan(release, manager)
        plan.libvirtNetwork = .onAutostart
        host = try lab.bootOnline(plan)
        echoes = try EchoStream(from: .internet(of: lab.provider), to: .host(host), patience: 0.25)
        try eventually("the libvirt network is active") { try host.hasLibvirtNetwork() }
    }

    deinit {
        echoes.stop()
    }

    /// In the second half nothing ends the guard, so that one process lives through all of it and may be measured.
    func soak(_ count: Int) throws {
        let gentle = Nuisance.all.filter { !$0.endsGuard(manager) }
        for number in 0..<count / 2 { try suffer(Nuisance.all, number + 1) }
        let before = try measureGuard()
        for number in count / 2..<count { try suffer(gentle, number + 1) }
        let after = try measureGuard()
        growth =
            "guard's memory \(before.kilobytes) kB, then \(after.kilobytes) kB;"
            + " descriptors \(before.descriptors), then \(after.descriptors)"
        #expect(before.process == after.process, "the guard ended in the second half")
        #expect(after.kilobytes <= before.kilobytes * 3 / 2, "\(growth)")
        #expect(after.descriptors == before.descriptors, "\(growth)")
        try requireCleanJournal()
        try eventually("keep6 says that all is well") { try host.run("keep6 status eth0").status == 0 }
    }

    private func suffer(_ kinds: [Nuisance], _ number: Int) throws {
        let kind = kinds[Int.random(in: kinds.indices, using: &random)]
        usleep(UInt32.random(in: 0..<200_000, using: &random))
        let start = EchoStream.now()
        try kind.strike(lab, host, &random)
        kills += kind.kills
        let isBack = echoes.waitUntilUnbroken(for: Soak.calm, within: Soak.limit)
        let gap = echoes.outage(since: start).longestGap
        longestGaps[kind.title] = max(longestGaps[kind.title] ?? 0, gap)
        if let cleaning = kind.cleaning { _ = try host.run(cleaning) }
        let own = try host.defaultRoutes().filter(\.isOurs)
        if isBack, own.count <= 1 {
            survived += 1
            return
        }
        let what = isBack ? "\(own.count) routes of keep6's own" : "offline for \(Int(Soak.limit)) s"
        Issue.record("\(manager), disruption \(number), \(kind.title): \(what)\n\(host.story)")
        try host.succeed(manager.renewal())
        guard echoes.waitUntilUnbroken(for: Soak.calm, within: Soak.limit) else {
            throw LabFailure(description: "nothing brings the host online again")
        }
    }

    private func measureGuard() throws -> Guard {
        let line =
            "p=$(systemctl show -P MainPID \(Nuisance.guardUnit)); echo $p;"
            + " awk '/^VmRSS/ { print $2 }' /proc/$p/status; ls /proc/$p/fd | wc -l"
        let numbers = try host.succeed(line).split(separator: "\n").compactMap { Int($0) }
        try #require(numbers.count == 3, "no guard runs")
        return Guard(process: numbers[0], kilobytes: numbers[1], descriptors: numbers[2])
    }

    /// No error of keep6's, and no guard that ended without being killed.
    private func requireCleanJournal() throws {
        let errors = try host.succeed("journalctl -b --no-pager -p err | grep -i keep6 || true")
        #expect(errors.isEmpty, "\(manager): errors in the journal:\n\(errors)")
        let ends = try host.succeed(
            "journalctl -b --no-pager -o cat | grep -c '^\(Nuisance.guardUnit): Main process exited' || true")
        #expect(Int(ends) == kills, "\(manager): the guard ended \(ends) times and was killed \(kills) times")
    }
}
