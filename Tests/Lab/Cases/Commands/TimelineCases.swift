import Foundation
import Testing

@Suite struct TimelineCases {
    @Test(
        "A deleted route is explained by journalctl -x and drawn by keep6 timeline", arguments: DebianRelease.allCases)
    func deleted(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release))
            try host.succeed("ip -6 route del default")
            try eventually("the entry is there") { try host.outages().count == 1 }
            let explained = try host.succeed("journalctl -x --no-pager KEEP6_EVENT=restored")
            // ip(8) may end before the guard has looked up its name.
            let subject = "Subject: keep6 put the default route of eth0 back"
            for word in [subject, "keep6 timeline eth0", "lost, deleted by "] {
                try #require(explained.contains(word), "\(explained)")
            }

            let (outage, text) = (try host.outages()[0], try host.run("keep6 timeline"))
            try #require((outage["cause"] as? String)?.hasPrefix("deleted by ") == true, "\(outage)")
            try #require((outage["microseconds"] as? Int ?? .max) < 1_000_000 && outage["over"] as? Bool == true)
            try #require(text.status == 0 && text.standardError.isEmpty, "\(text.story)")
            // Of the second or less that it was watched.
            let first = try #require(text.standardOutput.split(separator: "\n").first)
            try #require(first.contains(#/^eth0: online 9[0-9]\.[0-9]{2} %, offline for /#), "\(text.story)")
            let days = text.standardOutput.split(separator: "\n").filter { $0.contains(#/^[0-9]{2}-[0-9]{2}  /#) }
            try #require(days.count == 7 && days[6].contains("!") && !days[6].contains("#"), "\(text.story)")
            try #require(text.standardOutput.contains("deleted by "), "\(text.story)")
            try #require(text.standardOutput.allSatisfy { $0.isASCII && $0 != "\u{1b}" }, "\(text.story)")
            let parse = "import sys, xml.dom.minidom as x; print(x.parse(sys.stdin).documentElement.tagName)"
            try #require(try host.succeed("keep6 timeline --svg --days 1 eth0 | python3 -c '\(parse)'") == "svg")
        }
    }

    @Test(
        "A host that was off, and a guard that was stopped, are not drawn as online", arguments: DebianRelease.allCases)
    func off(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release))
            try eventually("it is online") { try host.states().last == "online" }
            try host.succeed("systemctl stop keep6@eth0.service")
            try eventually("the guard's end is seen") { try host.states().last == "unwatched" }
            try host.powerOff()
            try host.switchOn()
            try host.waitForBoot()
            try host.waitForLearntRoute()
            try eventually("it is online again") { try host.states().last == "online" }
            let states = try host.states()
            try #require(states.contains("off") && states.filter { $0 == "online" }.count == 2, "\(states)")
            let first = try #require(states.firstIndex(of: "online"))
            try #require(Array(states[first...].prefix(3)) == ["online", "unwatched", "off"], "\(states)")
        }
    }

    @Test("A journal in memory, none, and lies in it", arguments: DebianRelease.allCases)
    func journal(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release))
            try eventually("it is online") { try host.states().last == "online" }
            // Somebody who is not root, and root who is not the guard.
            let lie = "printf 'KEEP6_UPLINK=%s\\nKEEP6_EVENT=lost\\nKEEP6_CAUSE=lie\\nMESSAGE=x\\n'"
            try host.succeed("setpriv --reuid=nobody --clear-groups sh -c \"\(lie) eth0 | logger --journald\"")
            try host.succeed("\(lie) eth0 | logger --journald; \(lie) eth9 | logger --journald; journalctl --sync")
            try #require(try host.succeed("journalctl -q -o cat KEEP6_CAUSE=lie").split(separator: "\n").count == 3)
            try #require(try host.outages().isEmpty)
            let unknown = try host.run("keep6 timeline eth9")
            try #require(unknown.status == 2, "\(unknown.story)")
            try #require(unknown.standardError.contains("keep6 does not keep 'eth9'"), "\(unknown.story)")

            let disk = "mount -t tmpfs none /var/log/journal"
            let memory = "mkdir -p /run/log/journal && cp -a /var/log/journal/* /run/log/journal/"
            let volatile = try host.run("unshare -m sh -ec '\(memory); \(disk); keep6 timeline'")
            try #require(volatile.status == 1, "\(volatile.story)")
            try #require(volatile.standardError.contains("only in memory"), "\(volatile.story)")
            try #require(volatile.standardOutput.hasPrefix("eth0: online "), "\(volatile.story)")
            let none = try host.run("unshare -m sh -ec 'rm -r /run/log/journal; \(disk); keep6 timeline'")
            try #require(none.status == 2 && none.standardError.contains("there is no journal"), "\(none.story)")
            let stranger = try host.run("setpriv --reuid=nobody --clear-groups keep6 timeline")
            try #require(stranger.status == 2, "\(stranger.story)")
            try #require(stranger.standardError.contains("a member of the group systemd-journal"), "\(stranger.story)")
        }
    }
}

extension Host {
    /// The one uplink in the output of `keep6 timeline --json`.
    private func timeline() throws -> [String: Any] {
        let text = try succeed("keep6 timeline --json")
        let uplinks = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
        guard let uplinks, uplinks.count == 1 else { throw LabFailure(description: "not one uplink: \(text)") }
        return uplinks[0]
    }

    fileprivate func outages() throws -> [[String: Any]] { try timeline()["outages"] as? [[String: Any]] ?? [] }

    fileprivate func states() throws -> [String] {
        let spans = try timeline()["spans"] as? [[String: Any]] ?? []
        return spans.compactMap { $0["state"] as? String }
    }
}
