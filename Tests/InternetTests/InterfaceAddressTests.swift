import Internet
import Testing

@Suite struct InterfaceAddressTests {
    @Test(arguments: [
        ("2001:db8::1/64", "2001:db8::1/64"), ("2001:db8::1", "2001:db8::1/128"), ("::/0", "::/0"),
        ("2001:DB8:0::1/128", "2001:db8::1/128"), ("fe80::1/10", "fe80::1/10"),
    ])
    func taken(text: String, canonical: String) {
        #expect(InterfaceAddress(text)?.description == canonical)
    }

    /// `ip -6 addr add 2001:db8::1/064 dev br9` makes it a /52.
    @Test(arguments: [
        "", "/", "/64", "::1/", "::1/129", "::1/256", "::1/-1", "::1/+64", "::1/064", "::1/00", "::1/0x40", "::1/64/64",
        "::1/ 64", "::1 /64", "::1/6 4", "::1/64 ", "::1/٦٤", "192.0.2.1/24", "fe80::1%eth0/64",
    ])
    func refused(_ text: String) {
        #expect(InterfaceAddress(text) == nil)
    }

    @Test func lengths() {
        #expect(InterfaceAddress(address: .unspecified, prefixLength: 128)?.prefixLength == 128)
        #expect(InterfaceAddress(address: .unspecified, prefixLength: 129) == nil)
    }
}

@Suite struct PrefixTests {
    static let rows: [(prefix: String, address: String, isCovered: Bool)] = [
        ("2001:db8:1::/64", "2001:db8:1::77", true), ("2001:db8:1::/64", "2001:db8:1:1::", false),
        ("2001:db8:1::10/124", "2001:db8:1::1f", true), ("2001:db8:1::10/124", "2001:db8:1::20", false),
        ("2001:db8:1::/65", "2001:db8:1:0:8000::", false), ("2001:db8:1::/63", "2001:db8:1:1::", true),
        ("2001:db8:1::1/128", "2001:db8:1::1", true), ("2001:db8:1::1/128", "2001:db8:1::2", false),
        ("::/0", "2001:db8::1", true), ("::/1", "8000::", false),
    ]

    @Test(arguments: [
        ("2001:db8::1/64", "2001:db8::/64"), ("2001:db8:1:2:8000::1/65", "2001:db8:1:2:8000::/65"),
        ("2001:db8:1:ff::/56", "2001:db8:1::/56"), ("2001:db8::1/128", "2001:db8::1/128"), ("8000::1/0", "::/0"),
        ("2001:db8::ff/127", "2001:db8::fe/127"),
    ])
    func thePrefixAlone(text: String, prefix: String) throws {
        let address = try #require(InterfaceAddress(text))
        #expect(address.prefix.description == prefix)
        #expect(address.isPrefix == (text == prefix) && address.prefix.isPrefix)
    }

    @Test("a prefix covers its own addresses alone")
    func coverage() {
        for row in Self.rows {
            let covers = InterfaceAddress(row.prefix)!.covers(IPv6Address(row.address)!)
            #expect(covers == row.isCovered, "\(row)")
        }
    }
}
