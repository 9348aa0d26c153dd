// What `make bench` measures on whole hosts: the boot, and the hooks beside a shell script that does the same.
import Foundation
import Testing

@Suite(
    "Measurements of hosts, printed and not judged",
    .enabled(if: ProcessInfo.processInfo.environment["KEEP6_BENCH"] == "1", "a benchmark: 'make bench' runs it"),
    .serialized)
struct HostBench {
    /// Boots in turn, so that a machine that grows slower is unfair to neither, and without duplicate address detection,
    /// whose random delay of up to a second would be all there is to see (RFC 4862 5.4.2).
    @Test("The time to libvirtd at boot", arguments: DebianRelease.allCases)
    func boot(_ release: DebianRelease) async {
        var kept: [Double] = []
        var plain: [Double] = []
        let stanza = Uplink.eth0.stanza("keep6 yes", "dad-attempts 0")
        for _ in 0..<9 {
            await lab { lab in
                var plan = HostPlan(release, interfaces: Uplink.eth0.stanza("accept_ra 2", "dad-attempts 0"))
                plan.hasPackage = false
                plain.append(try untilLibvirt(plan, lab))
            }
            await lab { lab in kept.append(try untilLibvirt(HostPlan(release, interfaces: stanza), lab)) }
        }
        let difference = median(kept) - median(plain)
        print(
            "\(release.testDescription), from systemd's start to libvirtd's: keep6 \(text(median(kept))),",
            terminator: " ")
        print("accept_ra 2 alone \(text(median(plain))), difference \(text(difference)) (medians of 9)")
    }

    /// Milliseconds from the start of the host's systemd to libvirtd being active.
    private func untilLibvirt(_ plan: HostPlan, _ lab: Lab) throws -> Double {
        var plan = plan
        plan.libvirtNetwork = .onAutostart
        let host = try lab.bootOnline(plan)
        try eventually("libvirtd is active") { try host.isActive("libvirtd.service") }
        let start = try host.succeed("systemctl show --value -p UserspaceTimestampMonotonic")
        let begin = try #require(Double(start.trimmingCharacters(in: .whitespacesAndNewlines)))
        return (Double(try host.activation(of: "libvirtd.service")) - begin) / 1000
    }

    @Test("The hooks of ifupdown", arguments: DebianRelease.allCases)
    func hooks(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release))
            try host.write("[Service]\nExecStart=/bin/sleep 1000\n", to: "/etc/systemd/system/scripted@.service")
            try host.succeed("systemctl daemon-reload")
            try runProgram("hooks.py", on: host)
        }
    }

    @Test("The handlers of networkd", arguments: DebianRelease.allCases)
    func networkdHandlers(_ release: DebianRelease) async {
        await lab { lab in try runProgram("handlers.py", on: lab.bootOnline(HostPlan(release, .networkd))) }
    }

    private func runProgram(_ name: String, on host: Host) throws {
        let program = ProjectTree.path("Tests/Bench/\(name)")
        try host.write(try String(contentsOfFile: program, encoding: .utf8), to: "/root/\(name)")
        print("\(host.release.testDescription), \(try host.succeed("python3 /root/\(name)", within: 120))")
    }

    /// `networkctl reconfigure`, as the internet sees it: in turn on a host without keep6 and on one with it.
    @Test("The outage at networkctl reconfigure", arguments: DebianRelease.allCases)
    func reconfigure(_ release: DebianRelease) async {
        var outages: [Bool: [EchoStream.Outage]] = [:]
        for _ in 0..<2 {
            for hasKeep6 in [false, true] {
                await lab { lab in
                    var plan = HostPlan(release, .networkd)
                    plan.hasPackage = hasKeep6
                    let host = try lab.bootOnline(plan)
                    for _ in 0..<4 {
                        let meter = try EchoStream(from: .internet(of: lab.provider), to: .host(host))
                        try host.succeed("networkctl reconfigure eth0")
                        Thread.sleep(forTimeInterval: 4)
                        outages[hasKeep6, default: []].append(meter.finish())
                        try host.restoreLearntRoute()
                    }
                }
            }
        }
        func words(_ outages: [EchoStream.Outage]) -> String {
            "\(text(median(outages.map { $0.longestGap * 1000 }))) without an echo"
                + " (\(outages.map(\.lost).sorted()) lost, one every 5 ms)"
        }
        print(
            "\(release.testDescription), networkctl reconfigure: keep6 \(words(outages[true] ?? [])),", terminator: " ")
        print("networkd alone \(words(outages[false] ?? [])) (medians of 8)")
    }

    private func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    }

    private func text(_ milliseconds: Double) -> String { String(format: "%.0f ms", milliseconds) }
}
