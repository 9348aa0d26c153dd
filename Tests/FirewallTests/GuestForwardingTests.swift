// What libvirt's rules become for the further prefixes of guests, and where they go.
import Internet
import Testing

@testable import Firewall

@Suite struct GuestForwardingTests {
    private static let libvirts = """
        -A FORWARD -p tcp -j DROP
        -A FORWARD -j LIBVIRT_FWX
        -A FORWARD -j LIBVIRT_FWI
        -A FORWARD -j LIBVIRT_FWO
        -A LIBVIRT_FWI -d fd00:6::/64 -o virbr6 -j ACCEPT
        -A LIBVIRT_FWI -o virbr6 -j REJECT --reject-with icmp6-port-unreachable
        -A LIBVIRT_FWO -s fd00:6::/64 -i virbr6 -j ACCEPT
        -A LIBVIRT_FWO -i virbr6 -j REJECT --reject-with icmp6-port-unreachable
        """

    private func filter(_ rules: String, own: Bool = false, further: [String] = []) throws -> Table {
        let chains = ["LIBVIRT_FWI", "LIBVIRT_FWO", "LIBVIRT_FWX"] + (own ? ["KEEP6_GUESTS_eth0"] : []) + further
        let text =
            "*filter\n:FORWARD ACCEPT [0:0]\n" + chains.map { ":\($0) - [0:0]\n" }.joined() + rules + "\nCOMMIT\n"
        return try #require(try Ruleset(parsing: Array(text.utf8)).table("filter"))
    }

    private func change(_ table: Table, _ prefixes: [String: [String]] = ["virbr6": ["2001:db8:0:7::/64"]]) -> String? {
        GuestForwarding(of: InterfaceName("eth0")!, prefixes: prefixes).change(of: table).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    private static let own = """
        -A KEEP6_GUESTS_eth0 -d 2001:db8:0:7::/64 -o virbr6 -j ACCEPT
        -A KEEP6_GUESTS_eth0 -s 2001:db8:0:7::/64 -i virbr6 -j ACCEPT
        """

    @Test("libvirt's rules are repeated before libvirt's own and after the administrator's")
    func repeatedRules() throws {
        let text = try change(filter(Self.libvirts))
        #expect(
            text == """
                *filter
                :KEEP6_GUESTS_eth0 - [0:0]
                \(Self.own)
                -I FORWARD 2 -j KEEP6_GUESTS_eth0
                COMMIT

                """)
    }

    @Test("rules that are in place stay as they are")
    func inPlace() throws {
        let rules = Self.own + "\n-A FORWARD -j KEEP6_GUESTS_eth0\n" + Self.libvirts
        #expect(try change(filter(rules, own: true)) == nil)
    }

    @Test("the jump comes first again after libvirt puts its own before it")
    func firstAgain() throws {
        let rules = Self.own + "\n" + Self.libvirts + "\n-A FORWARD -j KEEP6_GUESTS_eth0"
        let text = try #require(try change(filter(rules, own: true)))
        #expect(text.hasSuffix("-D FORWARD -j KEEP6_GUESTS_eth0\n-I FORWARD 2 -j KEEP6_GUESTS_eth0\nCOMMIT\n"))
    }

    @Test("each uplink has a chain of its own")
    func ownChains() throws {
        let others = "-A KEEP6_GUESTS_eth1 -s 2001:db8:1:7::/64 -i virbr7 -j ACCEPT\n-A FORWARD -j KEEP6_GUESTS_eth1\n"
        let text = try #require(try change(filter(others + Self.libvirts, further: ["KEEP6_GUESTS_eth1"])))
        #expect(text.contains(":KEEP6_GUESTS_eth0 - [0:0]\n") && !text.contains("eth1"))
        let longest = try #require(InterfaceName("abcdefghijklmno"))
        #expect(GuestForwarding.chain(of: longest).utf8.count == 28)
    }

    @Test("a network that may only answer may still only answer")
    func onlyAnswers() throws {
        let rules = Self.libvirts.replacing(
            "-d fd00:6::/64 -o virbr6 -j ACCEPT",
            with: "-d fd00:6::/64 -o virbr6 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT")
        let text = try #require(try change(filter(rules)))
        #expect(text.contains("-d 2001:db8:0:7::/64 -o virbr6 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"))
    }

    @Test("an isolated network stays isolated")
    func isolated() throws {
        let rules = Self.libvirts.split(separator: "\n").filter { !$0.contains("fd00") }.joined(separator: "\n")
        #expect(try change(filter(rules)) == nil)
    }

    @Test("without prefixes the chain is removed")
    func noPrefixes() throws {
        let rules = Self.own + "\n-A FORWARD -j KEEP6_GUESTS_eth0\n" + Self.libvirts
        let text = try #require(try change(filter(rules, own: true), [:]))
        #expect(
            text == "*filter\n-D FORWARD -j KEEP6_GUESTS_eth0\n-F KEEP6_GUESTS_eth0\n-X KEEP6_GUESTS_eth0\nCOMMIT\n")
        #expect(try change(filter(Self.libvirts), [:]) == nil)
    }
}
