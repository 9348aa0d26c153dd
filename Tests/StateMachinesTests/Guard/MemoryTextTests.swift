// What the services remember, to the byte: files that one version writes and the next one reads.
import Internet
import Testing

@testable import Configuration
@testable import StateMachines

@Suite("The text of a memory")
struct MemoryTextTests {
    private func prefix(_ text: String) throws -> InterfaceAddress { try #require(InterfaceAddress(text)) }

    @Test("/run/keep6/IFACE.route, of the guard")
    func memory() throws {
        var plain = Router(address: try #require(IPv6Address("fe80::1")))
        plain.expiry = Instant(microseconds: 1_800_000_000)
        plain.lifetime = .seconds(1800)
        var special = Router(address: try #require(IPv6Address("fe80::2")))
        special.expiry = Instant(microseconds: 9_000_000_001)
        special.lifetime = .seconds(9000)
        (special.preference, special.metric, special.mtu, special.hopLimit) = (3, 512, 1400, 64)
        var memory = GuardMemory()
        memory.routers = [plain, special]
        memory.losses = 12
        memory.lastLoss = Loss(
            cause: "deleted by 'ip' (pid 4711)", at: Instant(microseconds: 77), outage: .microseconds(84))
        let text = """
            keep6-memory 1
            losses 12
            router fe80::1 1800000000 1800000000 0 1024 - -
            router fe80::2 9000000001 9000000000 3 512 1400 64
            last-loss 77 84 deleted by 'ip' (pid 4711)
            end

            """
        #expect(memory.text == text)
        #expect(try GuardMemory(text: text) == memory)
        #expect(try GuardMemory(text: text).text == text)
    }

    @Test("the same while it knows nothing, and while a loss lasts")
    func memoryOfLittle() throws {
        var memory = GuardMemory()
        #expect(memory.text == "keep6-memory 1\nlosses 0\nend\n")
        memory.losses = 1
        memory.lastLoss = Loss(cause: "the link went down", at: Instant(microseconds: 5), outage: nil)
        let text = "keep6-memory 1\nlosses 1\nlast-loss 5 - the link went down\nend\n"
        #expect(memory.text == text)
        #expect(try GuardMemory(text: text) == memory)
    }

    @Test("/var/lib/keep6/guests/IFACE")
    func guests() throws {
        var memory = GuestMemory()
        memory.current = [
            try prefix("2001:db8:100::/56"): GuestMemory.Lease(
                preferredUntil: WallTime(microseconds: 1_764_097_971_000_001),
                validUntil: WallTime(microseconds: 1_764_097_972_000_002)),
            try prefix("fd00:1::/48"): GuestMemory.Lease(),
        ]
        memory.withdrawn = [
            try prefix("2001:db8:300::/56"): WallTime(microseconds: 4),
            try prefix("2001:db8:200::/56"): WallTime(microseconds: 3),
        ]
        let text = """
            keep6-guests 1
            prefix 2001:db8:100::/56 1764097971000001 1764097972000002
            prefix fd00:1::/48 - -
            withdrawn 2001:db8:200::/56 3
            withdrawn 2001:db8:300::/56 4
            end

            """
        #expect(memory.text == text)
        #expect(try GuestMemory(text: text) == memory)
        #expect(try GuestMemory(text: text).text == text)
        #expect(GuestMemory().text == "keep6-guests 1\nend\n")
    }

    @Test("/run/keep6/IFACE.delegated")
    func delegated() throws {
        let memory = DelegationMemory([
            DelegatedPrefix(
                try prefix("2001:db8:200::/56"), preferredUntil: Instant(microseconds: 5),
                validUntil: Instant(microseconds: 7)),
            DelegatedPrefix(try prefix("2001:db8:100::/48")),
        ])
        let text = """
            keep6-delegated 1
            prefix 2001:db8:200::/56 5 7
            prefix 2001:db8:100::/48 - -
            end

            """
        #expect(memory.text == text)
        #expect(try DelegationMemory(text: text) == memory)
        #expect(try DelegationMemory(text: text).text == text)
        #expect(DelegationMemory().text == "keep6-delegated 1\nend\n")
    }

    @Test("/var/lib/keep6/delegation/IFACE.client")
    func identity() throws {
        let identity = DelegationIdentity(duid: try DUID("00030001aabbccddeeff"), iaid: 4_294_967_295)
        let text = """
            keep6-client 1
            duid 00:03:00:01:aa:bb:cc:dd:ee:ff
            iaid 4294967295
            end

            """
        #expect(identity.text == text)
        #expect(try DelegationIdentity(text: text) == identity)
        #expect(try DelegationIdentity(text: text).text == text)
    }

    @Test("the line that dhcpcd's script passes on")
    func report() throws {
        let line = "BOUND6 2001:db8:100::/56 3600 4294967295 2001:db8:200::/56 0 0\n"
        let report = DhcpcdReport(
            reason: "BOUND6",
            variables: [
                ("new_dhcp6_ia_pd1_prefix1", "2001:db8:100::"), ("new_dhcp6_ia_pd1_prefix1_length", "56"),
                ("new_dhcp6_ia_pd1_prefix1_pltime", "3600"), ("new_dhcp6_ia_pd1_prefix1_vltime", "4294967295"),
                ("new_dhcp6_ia_pd1_prefix2", "2001:db8:200::"), ("new_dhcp6_ia_pd1_prefix2_length", "56"),
                ("new_dhcp6_ia_pd1_prefix2_pltime", "0"), ("new_dhcp6_ia_pd1_prefix2_vltime", "0"),
            ])
        #expect(report.line == line)
        #expect(DhcpcdReport(line: String(line.dropLast())) == report)
    }
}
