// keep6 firewall on the real kernel, with both back ends of ip6tables.
import Foundation
import Internet
import Linux
import TestSupport
import Testing

@Suite("The firewall", .needsRoot)
struct FirewallTests {
    private static let backends = Ip6tablesBackend.allCases

    @Test(
        "comes back as it was saved, beside others' chains, and a second restore changes nothing", arguments: backends)
    func comesBack(_ backend: Ip6tablesBackend) throws {
        let host = try FirewallHost(backend)
        try host.add(FirewallHost.own)
        try host.add(FirewallHost.others)
        let before = try host.rules()
        let saved = try host.firewall("save")
        #expect(saved.code == 0 && saved.output == ["keep6: version 1 is saved, 8 rules."])
        #expect(try host.firewall("save").output == ["keep6: nothing has changed since version 1, 8 rules."])
        let text = try String(contentsOfFile: "\(host.store)/1.rules", encoding: .utf8)
        #expect(!text.contains("f2b") && !text.contains("LIBVIRT_INP"))
        let attributes = try FileManager.default.attributesOfItem(atPath: host.store)
        #expect(attributes[.posixPermissions] as? Int == 0o700)

        try host.flush()
        try host.add(FirewallHost.others)
        let restored = try host.firewall("restore")
        #expect(restored.code == 0 && restored.output.first == "keep6: version 1 is restored, 8 rules.")
        #expect(try host.rules().sorted() == before.sorted())
        let again = try host.firewall("restore")
        #expect(again.output.last == "keep6: the rules already match; nothing changed.")
        #expect(try host.firewall("diff").code == 0)
    }

    @Test("takes away what was added since, but not a chain that holds others' jumps", arguments: backends)
    func takesAway(_ backend: Ip6tablesBackend) throws {
        let host = try FirewallHost(backend)
        try host.add(FirewallHost.own)
        try host.add(FirewallHost.others)
        #expect(try host.firewall("save").code == 0)
        let before = try host.rules()
        try host.add("*filter\n:extra - [0:0]\n-A INPUT -j extra\n-A extra -j RETURN\nCOMMIT")
        try host.add("*filter\n:held - [0:0]\n-A INPUT -j held\n-A held -j LIBVIRT_OUT\n-A held -j DROP\nCOMMIT")
        try host.add(
            "*filter\n:DOCKER-USER - [0:0]\n-I FORWARD -j DOCKER-USER\n-A DOCKER-USER -s fd00::9 -j DROP\nCOMMIT")
        try host.sh("ip6tables -P FORWARD DROP; ip6tables -t raw -A OUTPUT -s fd00::1 -j NOTRACK")
        #expect(try host.firewall("restore").code == 0)
        let held = [":held - ", "-A held -j LIBVIRT_OUT", ":DOCKER-USER - ", "-A FORWARD -j DOCKER-USER"]
        #expect(try host.rules().filter { !held.contains($0) } == before)
        #expect(try host.rules().filter { held.contains($0) }.sorted() == held.sorted())
    }

    /// The kernel answers echoes from sockets that all namespaces share, and a host elsewhere that cannot send can cost
    /// this one some: one of three runs without a loss is enough.
    @Test("is restored while others' chains count every packet and keep their order", arguments: backends)
    func whileTrafficFlows(_ backend: Ip6tablesBackend) throws {
        var received: [Int] = []
        while received.count < 3, received.last != 2000 { received.append(try restoreUnderTraffic(backend)) }
        #expect(received.last == 2000, "\(received)")
    }

    /// Returns how many of 2000 echoes came back.
    private func restoreUnderTraffic(_ backend: Ip6tablesBackend) throws -> Int {
        let host = try FirewallHost(backend)
        try host.add(FirewallHost.own)
        #expect(try host.firewall("save").code == 0)
        try host.add(FirewallHost.others)
        let jumps = try host.rules().filter { $0.contains("-j LIBVIRT") || $0.contains("-j f2b") }
        let ping = try host.kept.start(
            "/usr/bin/ping", ["-6", "-n", "-q", "-c", "2000", "-i", "0.001", "-W", "2", "2001:db8:1::1"])
        for round in 0..<12 {
            try host.sh("ip6tables -D INPUT -s fd00::2 -j DROP; ip6tables -A INPUT -s fd00::99\(round) -j ACCEPT")
            try host.sh("ip6tables -t nat -F POSTROUTING; ip6tables -t nat -A POSTROUTING -j LIBVIRT_PRT")
            let outcome = try host.firewall("restore")
            #expect(outcome.code == 0 && outcome.output.count == 3, "\(outcome)")
            #expect(try host.rules().filter { $0.contains("-j LIBVIRT") || $0.contains("-j f2b") } == jumps)
        }
        #expect(try ping.waitForEnd() == 0)
        let summary = ping.output.lines.first { $0.contains(" received, ") } ?? ""
        let words = summary.split { $0 == " " || $0 == "," }
        let received = words.firstIndex(of: "received").flatMap { Int(words[$0 - 1]) }
        #expect(try host.packets("-A LIBVIRT_OUT -p ipv6-icmp -m icmp6 --icmpv6-type 128 -j ACCEPT") == 2000)
        let answers = try host.packets("-A LIBVIRT_INP -p ipv6-icmp -m icmp6 --icmpv6-type 129 -j ACCEPT")
        #expect(answers == received, "\(summary)")
        #expect(try host.packets("-A OUTPUT -j LIBVIRT_OUT") ?? 0 >= 2000)
        return try #require(received)
    }

    @Test("keeps rules between others' jumps in their places", arguments: backends)
    func order(_ backend: Ip6tablesBackend) throws {
        let host = try FirewallHost(backend)
        try host.add(
            "*filter\n:f2b-a - [0:0]\n:f2b-b - [0:0]\n:f2b-c - [0:0]\n-A INPUT -j f2b-a\n-A INPUT -s fd00::1\nCOMMIT")
        try host.add("*filter\n-A INPUT -j f2b-b\n-A INPUT -s fd00::2\n-A INPUT -j f2b-c\nCOMMIT")
        let before = try host.rules()
        #expect(try host.firewall("save").code == 0)
        try host.sh("ip6tables -D INPUT -s fd00::1; ip6tables -I INPUT 3 -s fd00::7; ip6tables -I INPUT -s fd00::8")
        #expect(try host.firewall("restore").code == 0)
        #expect(
            try host.rules().filter { $0.hasPrefix("-A INPUT") } == [
                "-A INPUT -j f2b-a", "-A INPUT -j f2b-b", "-A INPUT -s fd00::1/128", "-A INPUT -s fd00::2/128",
                "-A INPUT -j f2b-c",
            ])
        #expect(try host.rules().count == before.count)
    }

    private static let failures = [
        (name: "a bad line", rule: "-A PREROUTING -p bogus", words: "unknown protocol \"bogus\" specified"),
        (name: "what only the kernel refuses", rule: "-A PREROUTING -j loop", words: "failed"),
    ]

    @Test("is restored whole or not at all", arguments: backends)
    func allOrNothing(_ backend: Ip6tablesBackend) throws {
        let host = try FirewallHost(backend)
        try host.add(FirewallHost.own)
        #expect(try host.firewall("save").code == 0)
        try host.add(FirewallHost.others)
        let before = try host.rules()
        for failure in FirewallTests.failures {
            let loop = ":loop - [0:0]\n-A loop -j loop2\n"
            try host.store(
                """
                *filter
                :INPUT ACCEPT [0:0]
                -A INPUT -s fd00::20 -j DROP
                -A INPUT -s fd00::21 -j DROP
                -A INPUT -s fd00::22 -j DROP
                -A INPUT -s fd00::23 -j DROP
                COMMIT
                *mangle
                :FORWARD ACCEPT [0:0]
                COMMIT
                *nat
                :POSTROUTING ACCEPT [0:0]
                COMMIT
                *raw
                :PREROUTING ACCEPT [0:0]
                \(failure.rule.contains("loop") ? ":loop2 - [0:0]\n\(loop)-A loop2 -j loop\n" : "")\(failure.rule)
                COMMIT

                """, as: 2)
            let outcome = try host.firewall("restore")
            #expect(outcome.code == 1, "\(failure.name): \(outcome)")
            #expect(outcome.errors.first?.contains("version 2 cannot be restored: ") == true, "\(failure.name)")
            #expect(outcome.errors.first?.contains(failure.words) == true, "\(failure.name): \(outcome.errors)")
            #expect(outcome.output.first == "keep6: version 1 is restored, 8 rules.", "\(failure.name)")
            #expect(try host.rules() == before, "\(failure.name)")
            #expect(try host.firewall("rollback", "2").code == 2, "\(failure.name)")
            #expect(try host.rules() == before, "\(failure.name)")
        }
    }

    @Test("keeps the old version when somebody has flushed a table, unless that is meant")
    func flushed() throws {
        let host = try FirewallHost(.nft)
        try host.add(FirewallHost.own)
        #expect(try host.firewall("save").code == 0)
        try host.sh("ip6tables -F")
        let kept = try host.firewall("save")
        #expect(kept.code == 2 && kept.output == [])
        #expect(kept.errors.first?.contains("the table 'filter' has no rule now, and 5 in version 1") == true)
        #expect(host.versions == ["1.rules"])
        #expect(try host.firewall("save", "--none").output == ["keep6: version 2 is saved, 3 rules."])
    }

    @Test("has a history of ten different versions, to compare with and to go back to")
    func history() throws {
        let host = try FirewallHost(.nft)
        #expect(try host.firewall("history").output == ["keep6: there is no saved version."])
        #expect(try host.firewall("restore").code == 2)
        for number in 1...12 {
            try host.sh("ip6tables -A INPUT -s fd00::\(number) -j DROP")
            #expect(try host.firewall("save").output.first?.hasPrefix("keep6: version \(number) is saved") == true)
        }
        let history = try host.firewall("history")
        #expect(history.code == 0 && history.output.count == 10)
        #expect(history.output.first?.hasPrefix("  12  20") == true)
        #expect(history.output.first?.hasSuffix("     12 rules  keep6 firewall save") == true)
        let difference = try host.firewall("diff", "11")
        #expect(difference.code == 1)
        #expect(difference.output.suffix(2) == ["filter:", "+ -A INPUT -s fd00::12/128 -j DROP"])
        #expect(try host.firewall("diff", "2").code == 2)
        let back = try host.firewall("rollback", "3")
        #expect(back.code == 0)
        #expect(back.output.first == "keep6: version 13 has the rules of version 3, which are restored, 3 rules.")
        #expect(try host.rules().filter { $0.hasPrefix("-A") }.count == 3)
        #expect(host.versions.count == 10 && !host.versions.contains("3.rules"))
    }

    @Test("takes over a file of iptables-persistent, and refuses what could not be restored")
    func importing() throws {
        let host = try FirewallHost(.nft)
        try host.add(FirewallHost.own)
        try host.add(FirewallHost.others)
        try host.sh("ip6tables-save >/run/rules.v6")
        let taken = try host.firewall("import", "/run/rules.v6")
        #expect(taken.code == 0)
        #expect(taken.output.first == "keep6: version 1 is saved, 8 rules, from /run/rules.v6.")
        #expect(taken.output.contains { $0.hasPrefix("keep6: omitted 11 rules in chains of other programs") })
        #expect(try host.firewall("diff").code == 0)
        try host.sh("sed -i 's/fd00::2/fd00::x/' /run/rules.v6")
        let refused = try host.firewall("import", "/run/rules.v6")
        #expect(refused.code == 2 && refused.errors.first?.contains("-s fd00::x") == true, "\(refused)")
        try host.sh("sed -i '$d' /run/rules.v6; sed -i '$d' /run/rules.v6")
        #expect(try host.firewall("import", "/run/rules.v6").errors.first?.contains("has no COMMIT") == true)
        #expect(try host.firewall("import", "/run/none").code == 2)
        #expect(host.versions == ["1.rules"])
    }
}
