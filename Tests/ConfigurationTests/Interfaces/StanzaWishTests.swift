// From a stanza to the wish that the hooks would read from it.
import Internet
import TestSupport
import Testing

@testable import Configuration

@Suite struct StanzaWishTests {
    private let uplink = InterfaceName("e")

    /// How ifup passes these to a hook, seen with `up env` in the stanza on Debian 12 and 13:
    /// `address A/L` is IF_ADDRESS=A IF_NETMASK=L; with `netmask M` beside it IF_NETMASK=M; `address A` alone has
    /// IF_NETMASK empty, and ifup runs `ip -6 addr add A`, which makes it a /128.
    @Test(arguments: [
        ("2001:db8::10/64", nil, "2001:db8::10/64"), ("2001:db8::10", "64", "2001:db8::10/64"),
        ("2001:db8::10", "", "2001:db8::10/128"), ("2001:db8::10", nil, "2001:db8::10/128"),
        ("2001:db8::10/64", "56", "2001:db8::10/56"), ("2001:db8::10/129", nil, nil), ("2001:db8::10", "129", nil),
        ("2001:db8::10", "ffff::", nil), ("ff02::1/64", nil, nil), ("::1/128", nil, nil), ("::/64", nil, nil),
        ("192.0.2.1/24", nil, nil), ("", nil, nil), ("/64", nil, nil),
    ])
    func staticAddress(address: String, netmask: String?, expected: String?) {
        #expect((try? Stanza.staticAddress(address, netmask: netmask))?.description == expected)
    }

    @Test func staticAddressesOfAnUplink() throws {
        let tree = interfaces(
            """
            auto e=home
            iface home inet6 static
                address 2001:db8::10/64
                keep6-address 2001:db8::11/64
                keep6 yes
            iface e inet6 static
                address 2001:db8::12/64
            iface f inet6 static
                address 2001:db8::13/64
                keep6 yes
            """)
        let found = tree.staticAddresses(of: try #require(uplink)).map(\.description)
        #expect(found == ["2001:db8::10/64", "2001:db8::11/64"])
    }

    @Test func wishOfAStanza() throws {
        let tree = interfaces(
            """
            iface e inet6 static
                keep6-address 2001:db8::11/64
                address 2001:db8::10/64
                keep6 yes
                keep6-address 2001:db8::12/64
                keep6-start libvirtd.service
                keep6-wait 30
                keep6-default-route up
            """)
        let stanza = try #require(tree.stanzas.first)
        let stated = stanza.wish(for: try #require(uplink))
        let wish = stated.wish
        #expect(stated.staticAddresses.map(\.description) == ["2001:db8::10/64"])
        #expect(wish.addresses.map(\.description) == ["2001:db8::11/64", "2001:db8::12/64"])
        #expect(wish.start.map(\.description) == ["libvirtd.service"])
        #expect(wish.wait == 30)
        #expect(wish.defaultRoute == .routerAdvertisement)
        #expect(stated.complaints.map(\.complaint.option) == [WishOption(name: "keep6-default-route", value: "up")])
        let addresses = WishOption(name: "keep6-address", value: "2001:db8::11/64\n2001:db8::12/64")
        #expect(stanza.wishOptions.first == addresses)
    }
}
