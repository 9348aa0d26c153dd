// The names of the options, as they stand in administrators' files.
import Testing

@testable import Configuration
@testable import StateMachines

@Suite("The options' names")
struct OptionNamesTests {
    /// In an `iface` stanza, in an `[X-Keep6]` section, and whether each further line adds to the others.
    private static let names: [(key: WishKey, stanza: String, section: String?, isList: Bool)] = [
        (.enable, "keep6", "Enable", false),
        (.address, "keep6-address", "Address", true),
        (.acceptRA, "keep6-accept-ra", "AcceptRA", false),
        (.defaultRoute, "keep6-default-route", "DefaultRoute", false),
        (.start, "keep6-start", "Start", true),
        (.wait, "keep6-wait", "Wait", false),
        (.firewall, "keep6-firewall", "Firewall", false),
        (.router, "keep6-router", "Router", true),
        (.delegation, "keep6-delegation", nil, false),
        (.guests, "keep6-guests", "Guests", true),
        (.proxy, "keep6-proxy", "Proxy", true),
    ]

    @Test("every option has its two names", arguments: WishKey.allCases)
    func name(_ key: WishKey) throws {
        let row = try #require(Self.names.first { $0.key == key })
        #expect(key.name(in: .stanza) == row.stanza)
        #expect(key.name(in: .networkFile) == row.section)
        #expect(key.isList == row.isList)
        #expect(WishOption(name: row.stanza, value: "").key == key)
        #expect(row.section.map { WishOption(name: $0, value: "", notation: .networkFile).key } ?? key == key)
    }
}
