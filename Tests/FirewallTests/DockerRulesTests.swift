// Docker's rules in the kernel's own chains, as ip6tables-save showed them of docker.io 20.10.24 (Debian 12) and 26.1.5
// (Debian 13), with two bridges.
import Testing

@testable import Firewall

@Suite struct DockerRulesTests {
    private static let filter = """
        -A FORWARD -j DOCKER-USER
        -A FORWARD -j DOCKER-ISOLATION-STAGE-1
        -A FORWARD -o br-48db2b9205e0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        -A FORWARD -o br-48db2b9205e0 -j DOCKER
        -A FORWARD -i br-48db2b9205e0 ! -o br-48db2b9205e0 -j ACCEPT
        -A FORWARD -i br-48db2b9205e0 -o br-48db2b9205e0 -j DROP
        -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        -A FORWARD -o docker0 -j DOCKER
        -A FORWARD -i docker0 ! -o docker0 -j ACCEPT
        -A FORWARD -i docker0 -o docker0 -j ACCEPT

        """
    private static let nat = """
        -A POSTROUTING -s fd00:e::/64 ! -o br-48db2b9205e0 -j MASQUERADE
        -A POSTROUTING -s fd00:d::/64 ! -o docker0 -j MASQUERADE
        -A POSTROUTING -s fd00:d::2/128 -d fd00:d::2/128 -p tcp -m tcp --dport 80 -j MASQUERADE

        """

    private func host(policy: String, forward: String, postrouting: String, user: String = "") throws -> Ruleset {
        try Ruleset(
            """
            *filter
            :INPUT ACCEPT [0:0]
            :FORWARD \(policy) [0:0]
            :DOCKER - [0:0]
            :DOCKER-ISOLATION-STAGE-1 - [0:0]
            :DOCKER-USER - [0:0]
            \(forward)-A DOCKER-ISOLATION-STAGE-1 -j RETURN
            \(user)COMMIT
            *nat
            :PREROUTING ACCEPT [0:0]
            :POSTROUTING ACCEPT [0:0]
            :DOCKER - [0:0]
            -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
            \(postrouting)-A DOCKER -i docker0 -j RETURN
            COMMIT

            """)
    }

    private let own = "-A FORWARD -i docker0 -s 2001:db8:bad::/48 -j DROP\n"

    @Test func areNotSaved() throws {
        let found = try host(policy: "DROP", forward: Self.filter + own, postrouting: Self.nat)
        let saved = found.own(by: Ownership())
        #expect(
            string(saved.text) == """
                *filter
                :INPUT ACCEPT [0:0]
                :FORWARD DROP [0:0]
                :DOCKER-USER - [0:0]
                \(own)COMMIT

                """)
        #expect(found.changes(to: saved, by: Ownership()) == [])
    }

    /// What was saved before Docker came, with what it closed left closed.
    @Test func stayWhereTheyAre() throws {
        let saved = try Ruleset(
            "*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -s 2001:db8:bad::/48 -j DROP\nCOMMIT\n")
        let found = try host(
            policy: "DROP", forward: Self.filter, postrouting: Self.nat, user: "-A DOCKER-USER -j RETURN\n")
        let changes = found.changes(to: saved, by: Ownership())
        #expect(
            changes.map { string($0.text) } == [
                "*filter\n-A FORWARD -s 2001:db8:bad::/48 -j DROP\nCOMMIT\n"
            ])
    }

    @Test func policyWithoutDocker() throws {
        let saved = try Ruleset("*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n")
        let found = try Ruleset("*filter\n:FORWARD DROP [0:0]\nCOMMIT\n")
        let changes = found.changes(to: saved, by: Ownership())
        #expect(changes.map { string($0.text) } == ["*filter\n-P FORWARD ACCEPT\nCOMMIT\n"])
    }

    @Test(arguments: [
        "-A FORWARD -i eth0 -o eth0 -j ACCEPT\n", "-A FORWARD -i docker0 ! -o br-48db2b9205e0 -j ACCEPT\n",
        "-A FORWARD -i docker0 -j ACCEPT\n", "-A FORWARD -o docker0 -m conntrack --ctstate NEW -j ACCEPT\n",
        "-A FORWARD -i docker0 -o docker0 -m comment --comment x -j ACCEPT\n", "-A FORWARD -i docker0 -o docker0\n",
    ])
    func administratorsBesideThem(_ rule: String) throws {
        let found = try host(policy: "ACCEPT", forward: Self.filter + rule, postrouting: "")
        #expect(string(found.own(by: Ownership()).text).contains(rule))
    }

    @Test("a pattern makes Docker's chains the administrator's")
    func betweenDockersChains() throws {
        var ownership = Ownership()
        #expect(ownership.parse("!DOCKER\n") == [])
        let found = try host(policy: "ACCEPT", forward: Self.filter, postrouting: Self.nat)
        #expect(string(found.own(by: ownership).text).contains("-A FORWARD -i docker0 ! -o docker0 -j ACCEPT\n"))
    }

    @Test("a rule with two different addresses is the administrator's")
    func otherAddresses() throws {
        let rule = "-A POSTROUTING -s fd00:d::2/128 -d fd00:d::3/128 -p tcp -m tcp --dport 80 -j MASQUERADE\n"
        let found = try host(policy: "ACCEPT", forward: Self.filter, postrouting: rule)
        #expect(string(found.own(by: Ownership()).text).contains(rule))
    }
}
