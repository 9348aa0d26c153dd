// What becomes of a delegated prefix, event by event.
import Internet
import Testing

@testable import Configuration
@testable import StateMachines

@Suite struct DelegationClientTests {
    private static let first = "2001:db8:100::/56"
    private static let second = "2001:db8:200::/56"

    /// What dhcpcd 9.4.1 and 10.1.0 put into the environment of their script, seen with `env` as the script.
    @Test func reportOfTheScript() throws {
        let report = DhcpcdReport(
            reason: "BOUND6",
            variables: [
                ("new_dhcp6_ia_pd1_iaid", "00000010"), ("new_dhcp6_ia_pd1_prefix1", "2001:db8:100::"),
                ("new_dhcp6_ia_pd1_prefix1_length", "56"), ("new_dhcp6_ia_pd1_prefix1_pltime", "60"),
                ("new_dhcp6_ia_pd1_prefix1_vltime", "90"), ("new_dhcp6_ia_pd1_t1", "10"),
            ])
        #expect(report.line == "BOUND6 2001:db8:100::/56 60 90\n")
        #expect(DhcpcdReport(line: String(report.line.dropLast())) == report)
        #expect(report.isLease)
        for line in ["", "BOUND6 2001:db8:100::/56 60", "BOUND6 x 60 90", "BOUND6 2001:db8:100::/56 -1 90"] {
            #expect(DhcpcdReport(line: line) == nil, "\(line)")
        }
    }

    @Test func arrivesIsRenewedAndChanges() throws {
        var client = try client()
        #expect(kinds(client.handle(lease(Self.first), at: at(1))) == ["remember", "put", "delegated"])
        #expect(client.prefixes == [delegated(Self.first, preferred: 61, valid: 91)])
        #expect(client.summary == "2001:db8:100::/56 is delegated")
        #expect(kinds(client.handle(lease(Self.first, "RENEW6"), at: at(50))) == ["remember", "put"])
        #expect(client.deadline == at(140))
        let actions = client.handle(lease(Self.second, "REBIND6"), at: at(60))
        #expect(kinds(actions) == ["remember", "put", "delegated", "remove", "ended"])
        #expect(client.prefixes.map(\.prefix.description) == [Self.second])
    }

    /// A lost carrier, a stopped dhcpcd and a server that is away take nothing away before its time.
    @Test(arguments: ["EXPIRE6", "STOP6", "NOCARRIER", "RELEASE6", "STOPPED", "DEPARTED"])
    func staysUntilItsLifetimeEnds(reason: String) throws {
        var client = try client()
        _ = client.handle(lease(Self.first), at: at(1))
        #expect(client.handle(.report(DhcpcdReport(reason: reason, variables: [])), at: at(2)).isEmpty)
        #expect(client.handle(.timer, at: at(90)).isEmpty)
        let actions = client.handle(.timer, at: at(91))
        #expect(kinds(actions) == ["remember", "remove", "expired"])
        #expect(client.prefixes.isEmpty)
        #expect(client.deadline == at(391))
    }

    /// A valid lifetime of 0 is the server's word that the prefix is the host's no longer (RFC 8415 18.2.10.1).
    @Test(arguments: ["RENEW6", "REBIND6", "BOUND6", "REBOOT6"])
    func endsWhereTheServerEndsIt(reason: String) throws {
        var client = try client(
            DelegationMemory([
                delegated(Self.first, preferred: 50, valid: 80), delegated(Self.second, preferred: 50, valid: 80),
            ]))
        #expect(client.handle(lease("2001:db8:300::/56", reason, preferred: 0, valid: 0), at: at(1)).isEmpty)
        let actions = client.handle(lease(Self.first, reason, preferred: 0, valid: 0), at: at(2))
        #expect(kinds(actions) == ["remember", "remove", "ended"])
        #expect(notices(actions) == [.ended(try #require(InterfaceAddress(Self.first)))])
        #expect(client.prefixes.map(\.prefix.description) == [Self.second])
        #expect(client.handle(.report(DhcpcdReport(reason: reason, variables: [])), at: at(3)).isEmpty)
    }

    @Test func rememberedOnesAreKept() throws {
        let memory = DelegationMemory([
            delegated(Self.first, preferred: 5, valid: 8), delegated(Self.second, preferred: 50, valid: 80),
        ])
        var client = try client(memory, at: at(10))
        #expect(client.prefixes.map(\.prefix.description) == [Self.second])
        #expect(kinds(client.handle(lease(Self.second, "REBOOT6"), at: at(11))) == ["remember", "put"])
    }

    @Test func nobodyAnswers() throws {
        var client = try client()
        #expect(client.deadline == at(20))
        #expect(client.handle(.timer, at: at(19)).isEmpty)
        #expect(kinds(client.handle(.timer, at: at(20))) == ["unanswered"])
        #expect(client.deadline == at(300))
    }

    @Test func aRouterThatComesLateIsAskedAtOnce() throws {
        var client = try client()
        #expect(client.handle(.routerCame, at: at(4)).isEmpty, "dhcpcd has only begun")
        #expect(client.handle(.routerCame, at: at(12)) == [.askAnew])
        #expect(client.handle(.routerCame, at: at(13)).isEmpty)
        #expect(client.handle(.routerCame, at: at(20)) == [.askAnew])
        _ = client.handle(lease(Self.first), at: at(21))
        #expect(client.handle(.routerCame, at: at(40)).isEmpty, "there is a prefix, which is renewed in time")
    }

    @Test func aServerThatComesBackIsAskedWithinFiveMinutes() throws {
        var client = try client()
        _ = client.handle(.timer, at: at(20))
        #expect(client.deadline == at(300) && client.handle(.timer, at: at(299)).isEmpty)
        #expect(client.handle(.timer, at: at(300)) == [.askAnew] && client.deadline == at(600))
        #expect(client.handle(.routerCame, at: at(400)) == [.askAnew] && client.deadline == at(700))
        _ = client.handle(lease(Self.first), at: at(410))
        let end = try #require(client.deadline)
        let expired = kinds(client.handle(.timer, at: end))
        #expect(expired == ["remember", "remove", "expired"], "dhcpcd begins anew by itself")
        #expect(client.deadline == end.advanced(by: .seconds(300)))
        _ = client.handle(.said("dhcp6_openudp: Address already in use"), at: end)
        #expect(client.deadline == nil, "no answer would be heard")
    }

    @Test func refusalIsSaidOnce() throws {
        var client = try client()
        let line = "eth0: DHCPv6 REPLY: Sorry, no prefixes could be allocated."
        let actions = client.handle(.said(line), at: at(1))
        let duid = try DUID("00:03:00:01:aa:bb:cc:dd:ee:ff")
        #expect(notices(actions) == [.refused("Sorry, no prefixes could be allocated.", duid)])
        #expect(client.handle(.said(line), at: at(2)).isEmpty)
        #expect(client.deadline == at(300))
        #expect(kinds(client.handle(.said("eth0: DHCPv6 REPLY: No binding"), at: at(3))) == ["refused"])
        _ = client.handle(lease(Self.first), at: at(4))
        #expect(kinds(client.handle(.said(line), at: at(5))) == ["refused"])
        #expect(client.lastWords == "DHCPv6 REPLY: Sorry, no prefixes could be allocated.")
    }

    /// What dhcpcd 9.4.1 and 10.1.0 log beside a running dhcpcd.service.
    @Test func portIsTaken() throws {
        var client = try client()
        let line = "dhcp6_openudp: Address already in use"
        #expect(kinds(client.handle(.said(line), at: at(1))) == ["portTaken"])
        #expect(client.handle(.said(line), at: at(2)).isEmpty)
        #expect(client.handle(.timer, at: at(30)).isEmpty)
        #expect(client.summary == "another program has UDP port 546")
    }

    /// Whoever answers on the link could take the host off the internet by them.
    @Test(arguments: ["::/0", "2000::/3", "2001:db8:100::1/56", "fe80::/64", "ff00::/32", "2001:db8::/96"])
    func unbelievedPrefix(prefix: String) throws {
        var client = try client()
        #expect(kinds(client.handle(lease(prefix), at: at(1))) == ["notBelieved"])
        #expect(client.prefixes.isEmpty)
    }

    @Test func withoutEnd() throws {
        var client = try client()
        _ = client.handle(lease(Self.first, preferred: .max, valid: .max), at: at(1))
        #expect(client.prefixes == [DelegatedPrefix(try #require(InterfaceAddress(Self.first)))])
        #expect(client.deadline == nil)
    }

    private func client(
        _ memory: DelegationMemory = DelegationMemory(), at now: Instant = Instant(microseconds: 0)
    ) throws -> DelegationClient {
        let uplink = try #require(InterfaceName("eth0"))
        return DelegationClient(
            try DelegationRequest("00:03:00:01:aa:bb:cc:dd:ee:ff"), of: uplink, remembered: memory, at: now)
    }

    private func at(_ seconds: Int64) -> Instant { Instant(microseconds: seconds * 1_000_000) }

    private func delegated(_ prefix: String, preferred: Int64, valid: Int64) -> DelegatedPrefix {
        DelegatedPrefix(InterfaceAddress(prefix)!, preferredUntil: at(preferred), validUntil: at(valid))
    }

    private func lease(
        _ prefix: String, _ reason: String = "BOUND6", preferred: UInt32 = 60, valid: UInt32 = 90
    ) -> DelegationClient.Event {
        .report(DhcpcdReport(line: "\(reason) \(prefix) \(preferred) \(valid)")!)
    }

    private func notices(_ actions: [DelegationClient.Action]) -> [DelegationNotice] {
        actions.compactMap { if case .report(let notice) = $0 { notice } else { nil } }
    }

    private func kinds(_ actions: [DelegationClient.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .put: "put"
            case .remove: "remove"
            case .askAnew: "ask"
            case .remember: "remember"
            case .report(let notice): String("\(notice)".prefix { $0 != "(" })
            }
        }
    }
}
