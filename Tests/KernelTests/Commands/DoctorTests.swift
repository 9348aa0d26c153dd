// keep6 doctor against the real kernel: a host on which all is well, and one after the other what can be wrong.
import Foundation
import Internet
import Linux
import Netlink
import TestSupport
import Testing

@Suite("keep6 doctor", .needsRoot)
struct DoctorTests {
    private static let internet = "2001:db8:ffff::1"

    private func doctor(_ host: KeptHost, _ arguments: String...) throws -> KeptHost.Outcome {
        try host.run("keep6", ["doctor"] + (arguments.isEmpty ? ["--beyond", Self.internet] : arguments))
    }

    /// The last sentence with its command, as one line.
    private func conclusion(_ outcome: KeptHost.Outcome) -> String {
        let start = outcome.output.lastIndex { $0.hasPrefix("eth0: ") } ?? 0
        return outcome.output[start...].map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
    }

    private func line(_ step: String, _ outcome: KeptHost.Outcome) -> String {
        outcome.output.first { $0.dropFirst(8).hasPrefix(step) } ?? "no '\(step)' in \(outcome.output)"
    }

    @Test("says that all is well, and changes nothing")
    func well() throws {
        let (host, keeper) = try KeptHost.withLearntRoute(forwarding: true)
        func state() throws -> [String] {
            let commands =
                "ip -6 address; ip -6 route | sed 's/expires [0-9]*sec//'; sysctl -a -r ipv6.conf; ip6tables-save"
            return try host.run("/bin/sh", ["-ec", commands], environment: ["PATH": "/usr/sbin:/usr/bin"]).output.filter
            {
                !$0.hasPrefix("#")
            }
        }
        let before = try state()
        let outcome = try doctor(host)
        #expect(outcome.code == 0 && outcome.errors == [], "\(outcome)")
        #expect(outcome.output.last == "eth0: all is well.")
        #expect(line("router heard", outcome).hasPrefix("  ok    router heard    fe80::ff:fe00:1 advertises itself, l"))
        #expect(line("router reached", outcome) == "  ok    router reached  fe80::ff:fe00:1 answers")
        #expect(line("beyond", outcome).hasPrefix("  ok    beyond          2001:db8:ffff::1 answers, after "))
        #expect(
            line("firewall", outcome).hasPrefix("  ok    firewall        lets in all ICMPv6 that RFC 4890 requires"))
        #expect(outcome.output.allSatisfy { $0.count <= 80 && $0.allSatisfy(\.isASCII) })
        #expect(try state() == before)

        let json = try doctor(host, "--json", "--beyond", "none", "eth0")
        let parsed = try JSONSerialization.jsonObject(with: Data(json.output.joined().utf8)) as? [[String: Any]]
        #expect(json.code == 0 && parsed?.first?["state"] as? String == "well")
        #expect((parsed?.first?["steps"] as? [[String: Any]])?.contains { $0["verdict"] as? String == "skip" } == true)
        #expect(try keeper.end() == 0)
        let without = try doctor(host)
        #expect(without.code == 1)
        #expect(conclusion(without) == "eth0: the guard does not run; start it: systemctl restart keep6@eth0.service")
    }

    @Test("is root's alone, who may ask routers and read the firewall")
    func stranger() throws {
        let host = try KeptHost()
        #expect(try host.hook("pre-up").code == 0)
        let arguments = ["--reuid=65534", "--clear-groups", "\(host.programs)/keep6", "doctor"]
        let outcome = try host.run("/usr/bin/setpriv", arguments)
        #expect(outcome.code == 2 && outcome.output == [])
        #expect(
            outcome.errors.count == 1 && outcome.errors.first?.hasPrefix("keep6: run doctor as root") == true)
    }

    @Test("names a link without carrier, and one that is down, before what follows from it")
    func link() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        try host.router.sh("ip link set up0 down")
        let carrier = try doctor(host)
        #expect(carrier.code == 2)
        #expect(conclusion(carrier).hasPrefix("eth0: the link has no carrier; check the cable, "), "\(carrier)")
        #expect(line("router heard", carrier) == "  skip  router heard    the link is not up")
        try host.host.sh("ip link set eth0 down")
        let down = try doctor(host)
        #expect(down.code == 2)
        #expect(conclusion(down) == "eth0: the link is down; set it up: ip link set eth0 up")
        try host.host.sh("ip link delete eth0")
        let gone = try doctor(host)
        #expect(gone.code == 2)
        #expect(conclusion(gone) == "eth0: no interface 'eth0'; the ones that exist: ip -brief link")
        #expect(try keeper.end() == 0)
    }

    @Test("names an address that another host on the link has")
    func duplicate() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        try host.router.sh("ip address add 2001:db8:1::77/64 dev up0 nodad")
        let ears = try host.listen()
        try host.host.sh(
            "echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_dad; ip address add 2001:db8:1::77/64 dev eth0")
        let deadline = Instant.now.advanced(by: .seconds(20))
        while try !host.routes.addresses(of: host.link.index).contains(where: \.isDuplicate) {
            #expect(try poll(ears.descriptor, before: deadline, for: "the end of duplicate address detection"))
            while try ears.receive() != nil {}
        }
        let outcome = try doctor(host)
        #expect(outcome.code == 1)
        #expect(
            conclusion(outcome)
                == "eth0: 2001:db8:1::77 is a duplicate: another host on the link has it (DAD); remove it from the"
                + " other host, then: ifdown eth0 && ifup eth0")
        #expect(try keeper.end() == 0)
    }

    @Test("tells a router that does not speak from one that does not answer")
    func silentRouter() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        try host.radvd?.crash()
        let silent = try doctor(host)
        #expect(silent.code == 1, "\(silent)")
        #expect(
            conclusion(silent).hasPrefix("eth0: no router advertisement in 4 s after a solicitation; ask the provider"))
        #expect(line("router reached", silent).hasPrefix("  ok "))
        try host.host.sh("sysctl -qw net.ipv6.neigh.eth0.retrans_time_ms=50")
        try host.router.sh("ip address delete fe80::ff:fe00:1/64 dev up0")
        let dead = try doctor(host)
        #expect(dead.code == 2)
        #expect(line("router reached", dead).hasPrefix("  FAIL  router reached  fe80::ff:fe00:1 does not answer"))
        // The kernel gives the echo up in less than three seconds, and tells itself so.
        #expect(
            dead.output.joined(separator: " ").contains(
                "FAIL  beyond          2001:db8:ffff::1: host unreachable, said by"))
        #expect(try keeper.end() == 0)
    }

    @Test("names a default route that is gone, and who is to put it back")
    func noRoute() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        #expect(try keeper.end() == 0)
        try host.host.sh("ip -6 route del default")
        let outcome = try doctor(host)
        #expect(outcome.code == 2)
        #expect(
            conclusion(outcome)
                == "eth0: there is no default route; make the guard put it back: systemctl restart keep6@eth0.service",
            "\(outcome)")
        #expect(line("beyond", outcome) == "  skip  beyond          there is no default route")
    }

    @Test("tells no answer from a refusal, and names who refuses")
    func refused() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        try host.router.sh(
            """
            ip link add d0 type veth peer name d1; ip link set d0 up; ip link set d1 up
            ip address add 2001:db8:dead::1/64 dev d0 nodad; sysctl -qw net.ipv6.neigh.d0.retrans_time_ms=50
            ip -6 route add prohibit 2001:db8:cafe::/48; ip -6 route add blackhole 2001:db8:beef::/48
            """)
        let refused = try doctor(host, "--beyond", "2001:db8:dead::2")
        #expect(refused.code == 2)
        #expect(
            conclusion(refused).hasPrefix(
                "eth0: 2001:db8:dead::2: host unreachable, said by 2001:db8:1::1; see how far"), "\(refused)")
        let prohibited = try doctor(host, "--beyond", "2001:db8:cafe::1")
        #expect(prohibited.output.joined(separator: " ").contains("2001:db8:cafe::1: administratively prohibited, "))
        let lost = try doctor(host, "--beyond", "2001:db8:beef::1")
        #expect(lost.code == 2)
        #expect(
            conclusion(lost)
                == "eth0: no answer from 2001:db8:beef::1 in 3 s; see how far packets get: traceroute -6 -n"
                + " 2001:db8:beef::1")
        #expect(try keeper.end() == 0)
    }

    @Test("blames a firewall that lets no ICMPv6 in, and its command mends that", arguments: Ip6tablesBackend.allCases)
    func firewall(_ backend: Ip6tablesBackend) throws {
        let firewall = try FirewallHost(backend)
        let host = firewall.kept
        #expect(try host.hook("pre-up").code == 0)
        try host.advertise()
        let keeper = try host.startGuard()
        try host.waitForLearntRoute()
        try firewall.sh("ip6tables -P INPUT DROP")
        try host.host.sh("sysctl -qw net.ipv6.neigh.eth0.retrans_time_ms=50")
        let outcome = try doctor(host)
        #expect(outcome.code == 2)
        let command = "ip6tables -I INPUT -p ipv6-icmp -j ACCEPT"
        #expect(
            conclusion(outcome)
                == "eth0: no router advertisement in 4 s after a solicitation: the firewall drops every router"
                + " advertisement; let ICMPv6 in: \(command)", "\(outcome)")
        #expect(
            line("firewall", outcome).hasPrefix("  FAIL  firewall        ip6tables drops all required ICMPv6"))
        try firewall.sh(command)
        let mended = try doctor(host)
        #expect(mended.output.last == "eth0: all is well.", "\(mended) \(keeper.errors.lines)")
    }
}
