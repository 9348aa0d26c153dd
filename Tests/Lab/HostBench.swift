// What `make bench` measures on whole hosts: the boot, and the hooks beside a shell script that does the same.
import Foundation
import Testing

@Suite(
    .enabled(if: ProcessInfo.processInfo.environment["KEEP6_BENCH"] == "1", "a benchmark: 'make bench' runs it"),
    .serialized)
struct HostBench {
    /// Boots in turn, so that a machine that grows slower is unfair to neither, and without duplicate address detection,
    /// whose random delay of up to a second would be all there is to see (RFC 4862 5.4.2).
    @Test(arguments: DebianRelease.allCases)
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

    @Test(arguments: DebianRelease.allCases)
    func hooks(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release))
            try host.write("[Service]\nExecStart=/bin/sleep 1000\n", to: "/etc/systemd/system/scripted@.service")
            try host.succeed("systemctl daemon-reload")
            let program = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../Bench/hooks.py")
            try host.write(try String(contentsOf: program, encoding: .utf8), to: "/root/hooks.py")
            print("\(release.testDescription), \(try host.succeed("python3 /root/hooks.py", within: 120))")
        }
    }

    private func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    }

    private func text(_ milliseconds: Double) -> String { String(format: "%.0f ms", milliseconds) }
}
