// The option that asks for a prefix, and what is stored and written for dhcpcd.
import Internet
import Netlink
import Testing

@testable import Configuration
@testable import StateMachines

@Suite struct DelegationTests {
    private static let duid = "00:03:00:01:aa:bb:cc:dd:ee:ff"

    @Test(arguments: [
        ("", "::/56"), (" /48", "::/48"), (" ::/64", "::/64"), (" 2001:db8:100::/56", "2001:db8:100::/56"),
        (" fd00:1::/32", "fd00:1::/32"), (" fd00:1:1::/32", nil), (" /31", nil), (" /65", nil), (" 56", nil),
        (" 2001:db8::1/56", nil),
        (" fe80::/64", nil),
        (" /56 /56", nil), (" ::", nil),
    ])
    func hint(words: String, expected: String?) {
        #expect((try? DelegationRequest(Self.duid + words))?.hint.description == expected)
    }

    @Test("complaints say what is wrong")
    func wrongValues() {
        #expect(throws: Malformed("the DUID has an odd number of digits; copy it as your provider shows it")) {
            try DelegationRequest("0003000")
        }
        var wish = Wish(uplink: uplink)
        let complaints = wish.apply([WishOption(name: "keep6-delegation", value: "")])
        #expect(
            complaints.map(\.description) == [
                "option 'keep6-delegation ': it must be the DUID that your provider shows, and optionally a length (/56);"
                    + " keep6 asks for no prefix"
            ])
        #expect(wish.delegation == nil)
    }

    @Test("a wish is read back as it was stored")
    func wishReadBack() throws {
        var wish = Wish(uplink: uplink)
        #expect(wish.apply([WishOption(name: "keep6-delegation", value: "000A00030001AABBCCDDEEFF /48")]).isEmpty)
        let text = KeptUplink(wish: wish).text
        #expect(text.split(separator: "\n").contains("keep6-delegation \(Self.duid) ::/48"))
        #expect(try KeptUplink(text: text).wish == wish)
    }

    /// Of the hardware address's last four bytes, as dhclient has it; once it is stored it stays, whatever the address.
    @Test func identity() throws {
        var link = Link(index: InterfaceIndex(rawValue: 2), name: uplink, flags: 0)
        link.linkLayerAddress = [2, 0, 0, 0, 0, 0x10]
        let identity = DelegationIdentity(duid: try DUID(Self.duid), link: link)
        #expect(identity.iaid == 0x10)
        #expect(try DelegationIdentity(text: identity.text) == identity)
        link.linkLayerAddress = []
        #expect(DelegationIdentity(duid: identity.duid, link: link).iaid == 0x67b1_9724)
        for torn in ["", "keep6-client 1\n", identity.text + "x", String(identity.text.dropLast())] {
            #expect(throws: Malformed.self) { try DelegationIdentity(text: torn) }
        }
    }

    @Test func configuration() throws {
        let identity = DelegationIdentity(duid: try DUID(Self.duid), iaid: 16)
        let hint = try #require(InterfaceAddress("::/56"))
        let lines = DhcpcdSettings(identity, hint: hint, script: "/x").text.split(separator: "\n").dropFirst()
        #expect(
            Array(lines) == [
                "duid 00:03:00:01:aa:bb:cc:dd:ee:ff", "ipv6only", "noipv6rs", "noconfigure", "script /x",
                "ia_pd 16/::/56 -",
            ])
    }

    @Test("a memory is read back as it was stored")
    func memoryReadBack() throws {
        let memory = DelegationMemory([
            DelegatedPrefix(
                try #require(InterfaceAddress("2001:db8:100::/56")), preferredUntil: Instant(microseconds: 5),
                validUntil: Instant(microseconds: 7)),
            DelegatedPrefix(try #require(InterfaceAddress("2001:db8:200::/56"))),
        ])
        #expect(try DelegationMemory(text: memory.text) == memory)
        let tooLate = memory.text.split(separator: "7").joined(separator: "9999999999999999999")
        for torn in ["", "keep6-delegated 1\n", tooLate, String(memory.text.dropFirst())] {
            #expect(throws: Malformed.self) { try DelegationMemory(text: torn) }
        }
    }

    @Test(arguments: [
        ("2001:db8:100::/56", true), ("fd00:1::/48", true), ("2001:db8::/31", false), ("2001:db8::1:0/112", false),
        ("fe80::/64", false), ("::/0", false),
    ])
    func recognisedByItsRoute(prefix: String, isDelegated: Bool) throws {
        var route = UnreachableRoute(try #require(InterfaceAddress(prefix)))
        #expect((DelegatedPrefix(route) != nil) == isDelegated)
        route.routeProtocol = RouteProtocol(rawValue: 4)
        #expect(DelegatedPrefix(route) == nil)
    }

    private var uplink: InterfaceName { InterfaceName("eth0")! }
}
