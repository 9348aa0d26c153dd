// What rulesets do with the ICMPv6 that must not be dropped; what is not certain is never called a drop.
import Internet
import Testing

@testable import Firewall

private struct VerdictRow: CustomTestStringConvertible, Sendable {
    enum Expected: Sendable { case passes, drops, cannotTell }

    let testDescription: String
    let message: ICMPv6Message
    let expected: Expected
    let text: String

    init(_ name: String, _ message: ICMPv6Message, _ expected: Expected, _ lines: String...) {
        testDescription = name
        self.message = message
        self.expected = expected
        text = lines.joined(separator: "\n")
    }
}

@Suite struct ICMPv6RequirementsTests {
    private static let uplink = InterfaceName("eth0")!
    private static let types = [1, 2, 3, 4, 128, 129, 133, 134, 135, 136]
        .map { "-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type \($0) -j ACCEPT" }.joined(separator: "\n")

    private func backEnd(
        _ lines: String, policy: String = "DROP", command: String = "ip6tables"
    ) throws -> BackEnd {
        let chains = ":INPUT \(policy) [0:0]\n:FORWARD \(policy) [0:0]\n:own - [0:0]\n:far - [0:0]"
        return try backEnd("*filter\n\(chains)\n\(lines)\nCOMMIT\n".utf8, command)
    }

    private func backEnd(_ text: String.UTF8View, _ command: String = "ip6tables") throws -> BackEnd {
        BackEnd(command, try Ruleset(parsing: Array(text)))
    }

    private static let rows: [VerdictRow] = [
        VerdictRow("nothing is let in", .packetTooBig, .drops, ""),
        VerdictRow("ICMPv6 is let in", .packetTooBig, .passes, "-A INPUT -p ipv6-icmp -j ACCEPT"),
        VerdictRow("each by its type", .neighborSolicitation, .passes, types),
        VerdictRow("another type", .packetTooBig, .drops, "-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 128 -j ACCEPT"),
        VerdictRow(
            "all but a type", .packetTooBig, .drops, "-A INPUT -p ipv6-icmp -m icmp6 ! --icmpv6-type 2 -j ACCEPT"),
        VerdictRow(
            "all but another", .packetTooBig, .passes, "-A INPUT -p ipv6-icmp -m icmp6 ! --icmpv6-type 128 -j ACCEPT"),
        VerdictRow("TCP alone", .echoRequest, .drops, "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT"),
        VerdictRow("a code", .timeExceeded, .passes, "-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 3/0 -j ACCEPT"),
        VerdictRow("another code", .timeExceeded, .drops, "-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 3/1 -j ACCEPT"),
        VerdictRow(
            "one code of two", .parameterProblem, .drops, "-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 4/1 -j ACCEPT"),
        VerdictRow("lo alone", .echoRequest, .drops, "-A INPUT -i lo -j ACCEPT"),
        VerdictRow("the uplink", .echoRequest, .passes, "-A INPUT -i eth0 -j ACCEPT"),
        VerdictRow("names like the uplink's", .echoRequest, .passes, "-A INPUT -i eth+ -j ACCEPT"),
        VerdictRow("all but lo", .echoRequest, .passes, "-A INPUT ! -i lo -j ACCEPT"),
        VerdictRow(
            "errors of connections", .packetTooBig, .passes, "-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT"),
        VerdictRow("replies", .echoReply, .passes, "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"),
        VerdictRow(
            "what is new", .echoRequest, .drops, "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"),
        VerdictRow(
            "what is not tracked", .neighborAdvertisement, .drops, "-A INPUT -m state --state ESTABLISHED -j ACCEPT"),
        VerdictRow("UNTRACKED", .neighborAdvertisement, .passes, "-A INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT"),
        VerdictRow(
            "what is invalid", .neighborAdvertisement, .passes, "-A INPUT -m conntrack --ctstate INVALID -j DROP", types
        ),
        VerdictRow("from the link", .routerAdvertisement, .passes, "-A INPUT -s fe80::/10 -p ipv6-icmp -j ACCEPT"),
        VerdictRow("from elsewhere", .routerAdvertisement, .drops, "-A INPUT -s 2001:db8::/32 -p ipv6-icmp -j ACCEPT"),
        VerdictRow(
            "from one router", .routerAdvertisement, .cannotTell, "-A INPUT -s fe80::1/128 -p ipv6-icmp -j ACCEPT"),
        VerdictRow("errors from somewhere", .packetTooBig, .cannotTell, "-A INPUT -s 2001:db8::/32 -j ACCEPT"),
        VerdictRow("errors not from somewhere", .packetTooBig, .cannotTell, "-A INPUT ! -s 2001:db8::/32 -j ACCEPT"),
        VerdictRow("to somewhere", .echoRequest, .cannotTell, "-A INPUT -d 2001:db8::1/128 -j ACCEPT"),
        VerdictRow("to anywhere", .echoRequest, .passes, "-A INPUT -d ::/0 -j ACCEPT"),
        VerdictRow(
            "so many a second", .echoRequest, .cannotTell, "-A INPUT -p ipv6-icmp -m limit --limit 5/sec -j ACCEPT"),
        VerdictRow(
            "too many a second", .echoRequest, .cannotTell, "-A INPUT -m hashlimit --hashlimit-name x -j DROP", types),
        VerdictRow("hop limit", .neighborSolicitation, .passes, "-A INPUT -p ipv6-icmp -m hl --hl-eq 255 -j ACCEPT"),
        VerdictRow("lower hop limit", .neighborSolicitation, .drops, "-A INPUT -m hl --hl-lt 255 -j ACCEPT"),
        VerdictRow("hop limit from far away", .echoRequest, .cannotTell, "-A INPUT -m hl --hl-gt 64 -j ACCEPT"),
        VerdictRow("a comment", .echoRequest, .passes, "-A INPUT -m comment --comment \"-p tcp\" -j ACCEPT"),
        VerdictRow("a match that is not known", .echoRequest, .cannotTell, "-A INPUT -m new --thing 1 -j ACCEPT"),
        VerdictRow("a protocol that is not known", .echoRequest, .cannotTell, "-A INPUT -p new -j ACCEPT"),
        VerdictRow("not known, but of TCP", .echoRequest, .drops, "-A INPUT -p tcp -m new --thing 1 -j ACCEPT"),
        VerdictRow("a target that is not known", .echoRequest, .cannotTell, "-A INPUT -j NFQUEUE --queue-num 1"),
        VerdictRow(
            "a rule that counts", .echoRequest, .passes, "-A INPUT", "-A INPUT -j LOG --log-prefix \"x -j DROP\"", types
        ),
        VerdictRow("a reject", .echoRequest, .drops, "-A INPUT -j REJECT --reject-with icmp6-port-unreachable", types),
        VerdictRow("a jump", .echoRequest, .passes, "-A INPUT -j own", "-A own -p ipv6-icmp -j ACCEPT"),
        VerdictRow("a return", .echoRequest, .passes, "-A INPUT -j own", types, "-A own -j RETURN", "-A own -j DROP"),
        VerdictRow(
            "a return that may be", .echoRequest, .cannotTell, "-A INPUT -j own", types, "-A own -s fd00::/8 -j RETURN",
            "-A own -j DROP"),
        VerdictRow("two jumps", .echoRequest, .passes, "-A INPUT -j own", "-A own -j far", "-A far -j ACCEPT"),
        VerdictRow(
            "back from two jumps", .echoRequest, .passes, "-A INPUT -j own", "-A own -j far", "-A own -j ACCEPT"),
        VerdictRow(
            "a goto does not come back", .echoRequest, .drops, "-A INPUT -j own", "-A own -g far", "-A own -j ACCEPT"),
        VerdictRow("a loop", .echoRequest, .cannotTell, "-A INPUT -j own", "-A own -j far", "-A far -j own"),
    ]

    @Test(arguments: rows)
    private func input(_ row: VerdictRow) throws {
        let fate = try backEnd(row.text).fate(of: row.message, from: Self.uplink, .input)
        switch (fate, row.expected) {
        case (.passes, .passes), (.cannotTell, .cannotTell), (.dropped, .drops): break
        default: Issue.record("\(fate)")
        }
    }

    @Test func saysWhereItIsDropped() throws {
        let policy = try backEnd("").fate(of: .echoRequest, from: Self.uplink, .input)
        #expect(policy == .dropped(command: "ip6tables", table: "filter", chain: "INPUT", by: "the policy DROP"))
        let rule = try backEnd("-A INPUT -j own\n-A own -p ipv6-icmp -j DROP", policy: "ACCEPT")
        #expect(
            rule.fate(of: .echoRequest, from: Self.uplink, .input)
                == .dropped(command: "ip6tables", table: "filter", chain: "INPUT", by: "'-A own -p ipv6-icmp -j DROP'"))
        let early = try backEnd("*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j DROP\nCOMMIT\n".utf8)
        #expect(
            early.fate(of: .echoRequest, from: Self.uplink, .input)
                == .dropped(command: "ip6tables", table: "raw", chain: "PREROUTING", by: "'-A PREROUTING -j DROP'"))
    }

    @Test("a chain without a policy drops nothing")
    func noPolicy() throws {
        let backEnd = try self.backEnd("*filter\n:INPUT - [0:0]\nCOMMIT\n".utf8)
        #expect(backEnd.fate(of: .echoRequest, from: Self.uplink, .input) == .passes)
    }

    @Test("untracked connections have no known state")
    func untracked() throws {
        let text = """
            *raw
            :PREROUTING ACCEPT [0:0]
            -A PREROUTING -p udp -j CT --notrack
            COMMIT
            *filter
            :INPUT DROP [0:0]
            -A INPUT -m state --state RELATED -j ACCEPT
            COMMIT
            """
        #expect(
            try backEnd(text.utf8).fate(of: .packetTooBig, from: Self.uplink, .input) == .cannotTell)
    }

    /// As libvirt makes them for a network with `<forward mode='route'/>`.
    private static let libvirt = """
        -A FORWARD -j own
        -A own -d 2001:db8:100:7::/64 -o virbr6 -j ACCEPT
        -A own -o virbr6 -j REJECT --reject-with icmp6-port-unreachable
        """

    @Test func whatIsForwarded() throws {
        let backEnd = try self.backEnd(Self.libvirt, policy: "ACCEPT")
        func fate(_ bridge: String?, _ prefix: String?) -> Verdict {
            let way = Hook.forward(
                outBy: bridge.flatMap { InterfaceName($0) }, to: prefix.flatMap { InterfaceAddress($0) })
            return backEnd.fate(of: .packetTooBig, from: Self.uplink, way)
        }
        #expect(fate("virbr6", "2001:db8:100:7::1/64") == .passes)
        #expect(fate("virbr6", nil) == .cannotTell)
        #expect(fate(nil, nil) == .cannotTell)
        #expect(fate("virbr7", nil) == .passes)
        guard case .dropped = fate("virbr6", "2001:db8:200:7::1/64") else {
            Issue.record("another prefix is rejected")
            return
        }
    }

    @Test("every message is judged by the rules of both back ends")
    func bothBackEnds() throws {
        let open = try backEnd("", policy: "ACCEPT")
        let closed = try backEnd(Self.types, command: "ip6tables-legacy")
        let both = ICMPv6Requirements([open, closed], from: Self.uplink)
        #expect(both.fates(through: []).map(\.message) == ICMPv6Message.allCases)
        #expect(both.fates(through: []).allSatisfy { $0.fate != .cannotTell && !$0.isForwarded })
        let forwarded = both.fates(through: [.forward(outBy: nil, to: nil)]).filter(\.isForwarded)
        #expect(forwarded.map(\.message) == [.destinationUnreachable, .packetTooBig, .timeExceeded, .parameterProblem])
        for fate in forwarded {
            let drop = Verdict.dropped(
                command: "ip6tables-legacy", table: "filter", chain: "FORWARD", by: "the policy DROP")
            #expect(fate.fate == drop)
        }
        #expect(ICMPv6Requirements([open], from: Self.uplink).fates(through: []).allSatisfy { $0.fate == .passes })
    }
}
