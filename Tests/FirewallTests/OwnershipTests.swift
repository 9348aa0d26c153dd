import Testing

@testable import Firewall

@Suite struct OwnershipTests {
    private static let foreign = [
        "LIBVIRT_INP", "LIBVIRT_PRT", "DOCKER", "DOCKER-ISOLATION-STAGE-1", "f2b-sshd",
        "KUBE-SERVICES", "CNI-HOSTPORT-DNAT", "NETAVARK-HOSTPORT-DNAT", "NETAVARK_FORWARD", "ts-input",
        "ufw-user-input",
        "ufw6-before-input", "INPUT_ZONES", "FORWARD_IN_ZONES", "FWDI_public", "IN_public_allow", "INPUT_direct",
        "libvirt-in-post", "FI-vnet0",
    ]
    private static let own = [
        "INPUT_web", "libvirt", "LIBVIRT", "docker", "f2b", "IN_web", "POST_office", "own", "tsunami", "ZONES", "kube",
        "FI-web", "DOCKER-USER",
    ]

    @Test(arguments: foreign)
    func others(_ chain: String) { #expect(Ownership().isForeign(chain)) }

    @Test(arguments: own)
    func administrators(_ chain: String) { #expect(!Ownership().isForeign(chain)) }

    @Test("patterns that the administrator wrote")
    func patterns() {
        var ownership = Ownership()
        let complaints = ownership.parse(
            "# others\n\nvpn-*  # ours\n!DOCKER-FORWARD\nweb? x\n!\n\(String(repeating: "a", count: 65))\nlate")
        #expect(complaints.map(\.line) == [5, 6, 7])
        #expect(ownership.isForeign("vpn-in") && ownership.isForeign("late") && ownership.isForeign("DOCKER"))
        #expect(!ownership.isForeign("DOCKER-FORWARD") && !ownership.isForeign("webs"))
        let many = (0..<1001).map { "p\($0)\n" }.joined()
        #expect(ownership.parse(many).map(\.line) == [1001])
    }

    @Test(arguments: Golden.all)
    func ownPart(_ golden: Golden) throws {
        let own = try Ruleset(parsing: try golden.read()).own(by: Ownership())
        #expect(own.ruleCount == 13)
        let text = string(own.text)
        #expect(!text.contains("LIBVIRT_PRT") && !text.contains("f2b") && !text.contains("#"))
        #expect(
            text.contains("-A INPUT -m comment --comment \"the \\\"office\\\" \\\\ it\\'s -j LIBVIRT_INP\" -g own-in\n")
        )
        #expect(own.own(by: Ownership()) == own)
        #expect(own.changes(to: own, by: Ownership()) == [])
    }

    @Test("jumps in own chains, and tables with nothing of one's own")
    func jumps() throws {
        let ruleset = try Ruleset(
            """
            *filter
            :INPUT ACCEPT [9:9]
            :own - [0:0]
            :f2b-x - [0:0]
            [1:2] -A own -p tcp -j f2b-x
            [3:4] -A own -p udp -g f2b-x
            [5:6] -A own -j ts-input
            -A f2b-x -j own
            COMMIT
            *nat
            :POSTROUTING ACCEPT [5:5]
            :LIBVIRT_PRT - [0:0]
            -A POSTROUTING -j LIBVIRT_PRT
            COMMIT

            """)
        let own = ruleset.own(by: Ownership())
        #expect(
            string(own.text)
                == "*filter\n:INPUT ACCEPT [9:9]\n:own - [0:0]\n[5:6] -A own -j ts-input\nCOMMIT\n")
        #expect(
            string(own.withoutCounters.text)
                == "*filter\n:INPUT ACCEPT [0:0]\n:own - [0:0]\n-A own -j ts-input\nCOMMIT\n")
    }

    /// Docker leads into the chain that it leaves to the administrator.
    @Test("rules in DOCKER-USER are the administrator's")
    func dockerUser() throws {
        let ruleset = try Ruleset(
            """
            *filter
            :FORWARD DROP [0:0]
            :DOCKER-USER - [0:0]
            -A FORWARD -j DOCKER-USER
            -A FORWARD -s fd00::1 -j DROP
            -A DOCKER-USER -s fd00::2 -j DROP
            -A DOCKER-USER -j RETURN
            COMMIT

            """)
        #expect(
            string(ruleset.own(by: Ownership()).text)
                == "*filter\n:FORWARD DROP [0:0]\n:DOCKER-USER - [0:0]\n-A FORWARD -s fd00::1 -j DROP\n"
                + "-A DOCKER-USER -s fd00::2 -j DROP\n-A DOCKER-USER -j RETURN\nCOMMIT\n")
    }

    @Test("the built-in chains of a table belong to no program")
    func builtInChains() throws {
        var ownership = Ownership()
        #expect(ownership.parse("*") == [])
        let ruleset = try Ruleset("*filter\n:INPUT DROP [0:0]\n:a - [0:0]\n-A INPUT -j LOG\n-A INPUT -j a\nCOMMIT\n")
        #expect(string(ruleset.own(by: ownership).text) == "*filter\n:INPUT DROP [0:0]\n-A INPUT -j LOG\nCOMMIT\n")
    }
}
