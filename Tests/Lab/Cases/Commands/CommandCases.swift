import Foundation
import Testing

@Suite struct CommandCases {
    @Test("keep6 status: 0 well, 1 degraded, 2 down", arguments: DebianRelease.allCases)
    func status(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release))
            let well = try host.run("keep6 status eth0")
            try #require(well.status == 0, "\(well.story)")
            for word in [Uplink.eth0.address, Provider.gateway] { try #require(well.standardOutput.contains(word)) }
            let json = try host.succeed("keep6 status --json")
            let uplinks = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]]
            try #require(uplinks?.count == 1 && uplinks?.first?["uplink"] as? String == "eth0", "\(json)")
            let asNobody = "setpriv --reuid nobody --regid nogroup --clear-groups keep6 status"
            try #require(try host.succeed(asNobody).hasPrefix("eth0: well\n"))

            try host.succeed("systemctl stop keep6@eth0.service")
            try #require(try host.run(asNobody).standardOutput.contains("the guard does not run"))
            let degraded = try host.run("keep6 status eth0")
            try #require(degraded.status == 1, "\(degraded.story)")

            lab.provider.silenceRouter()
            try host.succeed("ip -6 route del default")
            let down = try host.run("keep6 status")
            try #require(down.status == 2, "\(down.story)")

            try host.succeed("systemctl start keep6@eth0.service")
            try lab.provider.restartRouter()
            try lab.proveGuard()
            try #require(try host.run("keep6 status").status == 0)
        }
    }

    @Test("keep6 check names file and line, and touches nothing", arguments: DebianRelease.allCases)
    func check(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release))
            let clean = try host.run("keep6 check")
            try #require(clean.succeeded, "\(clean.story)")
            let stanza = Uplink.eth1.stanza("keep6 yes", "keep6-wait soon", "keep6-address 2001:db8::zz/64")
            try host.write(stanza, to: "/etc/network/interfaces.d/second")
            let before = try host.succeed("ls -lR /run/keep6; ip -6 route show default | sed 's/expires.*//'")
            let check = try host.run("keep6 check")
            try #require(!check.succeeded, "\(check.story)")
            let said = check.standardOutput + check.standardError
            let places = [
                ("/etc/network/interfaces.d/second:5", "keep6-wait soon"),
                ("/etc/network/interfaces.d/second:6", "2001:db8::zz/64"),
            ]
            for (place, value) in places {
                let named = said.split(separator: "\n").contains { $0.contains(place) && $0.contains(value) }
                try #require(named, "\(place): \(check.story)")
            }
            let after = try host.succeed("ls -lR /run/keep6; ip -6 route show default | sed 's/expires.*//'")
            try #require(after == before)
            try lab.proveGuard()
        }
    }
}
