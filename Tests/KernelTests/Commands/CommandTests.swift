// The command keep6: what it prints, and its exit codes.
import Foundation
import Internet
import Linux
import TestSupport
import Testing

@Suite("The command keep6", .needsRoot)
struct CommandTests {
    /// The one uplink in the output of `status --json`.
    private func json(_ outcome: KeptHost.Outcome) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(outcome.output.joined(separator: "\n").utf8))
        return try #require((value as? [[String: Any]])?.first)
    }

    @Test("status ends with 0 while all is well, 1 without the guard, 2 without a route")
    func status() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        try host.host.sh("ip -6 route del default")
        try keeper.errors.line(with: "keep6 removed its substitute")
        let well = try host.run("keep6", ["status"])
        #expect(well.code == 0 && well.errors == [])
        #expect(well.output.first == "eth0: well")
        #expect(well.output.contains("  address         2001:db8:1::10/64 usable"))
        #expect(well.output.contains { $0.hasPrefix("  default route   via fe80::ff:fe00:1 metric 1024, RA, ") })
        #expect(well.output.joined().filter { $0 != " " }.hasSuffix(";1inall"), "\(well.output)")

        #expect(try keeper.end() == 0)
        let degraded = try host.run("keep6", ["status", "eth0"])
        #expect(degraded.code == 1)
        #expect(degraded.output.first == "eth0: degraded: the guard does not run")

        try host.radvd?.crash()
        try host.host.sh("ip -6 route del default")
        let down = try host.run("keep6", ["status"])
        #expect(down.code == 2)
        #expect(down.output.first?.hasPrefix("eth0: down: no default route") == true)
    }

    @Test("status --json is an array of objects (RFC 8259), with the same exit code")
    func statusJSON() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        let outcome = try host.run("keep6", ["status", "--json", "eth0"])
        #expect(outcome.code == 0)
        let status = try json(outcome)
        #expect(status["uplink"] as? String == "eth0")
        #expect(status["state"] as? String == "well")
        #expect(status["accept_ra"] as? Int == 2)
        #expect(status["guard_running"] as? Bool == true)
        #expect((status["troubles"] as? [String]) == [])
        let route = (status["default_routes"] as? [[String: Any]])?.first
        #expect(route?["gateway"] as? String == "fe80::ff:fe00:1")
        #expect((1700...1800).contains(route?["lifetime_seconds"] as? Int ?? 0))
        #expect(try keeper.end() == 0)
        let without = try host.run("keep6", ["status", "--json"])
        #expect(without.code == 1)
        #expect(try json(without)["state"] as? String == "degraded")
    }

    @Test("status of what is not kept ends with 2 and says what to do")
    func notKept() throws {
        let host = try KeptHost()
        let none = try host.run("keep6", ["status"])
        #expect(none.code == 2 && none.output == [])
        #expect(
            none.errors.first?.hasPrefix(
                "keep6: no uplink is kept; write 'keep6 yes' into its iface stanza and run 'ifdown") == true)
        #expect(try host.hook("pre-up").code == 0)
        let other = try host.run("keep6", ["status", "eth1"])
        #expect(other.code == 2 && other.errors.count == 1)
        #expect(other.errors.first?.hasPrefix("keep6: 'eth1' is not kept;") == true)
        try host.host.sh("ip link delete eth0")
        let gone = try host.run("keep6", ["status"])
        #expect(gone.code == 2)
        #expect(gone.output.first == "eth0: down: there is no such interface")
    }

    @Test("check names file and line, and ends with 0, 1 or 2")
    func check() throws {
        let host = try KeptHost()
        let file = host.programs + "/interfaces"
        func check(_ text: String) throws -> KeptHost.Outcome {
            try text.write(toFile: file, atomically: false, encoding: .utf8)
            return try host.run("keep6", ["check", file])
        }
        let good = try check("auto eth0\niface eth0 inet6 auto\n    keep6 yes\n")
        #expect(good.code == 0)
        #expect(good.output == ["keep6: \(file): nothing is wrong; keep6 keeps 'eth0'."])
        let idle = try check("auto eth0\niface eth0 inet6 auto\n")
        #expect(idle.code == 0)
        #expect(idle.output.first?.hasPrefix("keep6: \(file): nothing is wrong, but keep6 keeps nothing: no") == true)
        let error = try check("iface eth0 inet6 auto\n    keep6 yes\n    keep6-wait soon\n")
        #expect(error.code == 2)
        #expect(error.output.count == 1)
        #expect(error.output.first?.hasPrefix("\(file):3: error: option 'keep6-wait soon': ") == true)
        let warning = try check("source \(file).d/one\niface eth0 inet6 auto\n    keep6-wait 3\n")
        #expect(warning.code == 1)
        #expect(warning.output.contains { $0.hasPrefix("\(file):3: warning: 'keep6-wait' does nothing without") })
        let missing = try host.run("keep6", ["check", "\(file).none"])
        #expect(missing.output.first?.contains("\(file).none") == true)
        #expect(try host.run("keep6", ["check", host.programs]).code == 2)
    }

    @Test("prints its version and its usage, and ends with 64 when it is not understood")
    func usage() throws {
        let host = try KeptHost()
        let version = try host.run("keep6", ["version"])
        #expect(version.code == 0 && version.output.count == 1)
        #expect(version.output.first?.hasPrefix("keep6 ") == true)
        let help = try host.run("keep6", ["--help"])
        #expect(help.code == 0 && help.output.first == "usage: keep6 status [--json] [INTERFACE]")
        let misuses = [
            [], ["stats"], ["status", "--xml"], ["status", "eth0", "eth1"], ["check", "a", "b"], ["check", "-v"],
            ["doctor", "--beyond"], ["doctor", "--beyond", "ff02::1"], ["doctor", "eth0", "eth1"], ["watch", "-v"],
            ["firewall"], ["firewall", "stop"], ["firewall", "diff", "x"], ["firewall", "rollback"],
            ["firewall", "rollback", "-1"], ["firewall", "restore", "--force"], ["firewall", "import", "a", "b"],
        ]
        for arguments in misuses {
            let outcome = try host.run("keep6", arguments)
            #expect(outcome.code == 64 && outcome.output == [], "\(arguments)")
            #expect(outcome.errors.first?.hasPrefix("keep6: ") == true, "\(arguments)")
            #expect(outcome.errors.contains("usage: keep6 status [--json] [INTERFACE]"), "\(arguments)")
        }
    }
}
