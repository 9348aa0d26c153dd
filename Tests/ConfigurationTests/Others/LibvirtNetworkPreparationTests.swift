// What is added to a libvirt network's XML for guests of a delegated prefix.
import Internet
import Testing

@testable import Configuration

@Suite struct LibvirtNetworkPreparationTests {
    private static let address = IPv6Address("fd12:3456:789a::1")!

    private static let bare = """
        <network>
          <name>default</name>
          <bridge name='virbr0' stp='on' delay='0'/>
          <ip address='192.168.122.1' netmask='255.255.255.0'>
          </ip>
        </network>

        """

    private func preparation(_ text: String) throws -> LibvirtNetworkPreparation {
        try #require(LibvirtNetworkPreparation(Array(text.utf8)))
    }

    private func prepared(_ text: String) throws -> String {
        String(decoding: try preparation(text).prepared(address: Self.address), as: UTF8.self)
    }

    @Test("everything is added to a bare network")
    func bareNetwork() throws {
        #expect(try preparation(Self.bare).missing == [.address, .range, .advertisements])
        #expect(
            try prepared(Self.bare) == """
                <network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'>
                  <name>default</name>
                  <bridge name='virbr0' stp='on' delay='0'/>
                  <ip address='192.168.122.1' netmask='255.255.255.0'>
                  </ip>
                  <ip family='ipv6' address='fd12:3456:789a::1' prefix='64'>
                  </ip>
                  <dnsmasq:options>
                    <dnsmasq:option value='dhcp-range=::,constructor:virbr0,ra-only,64,1h'/>
                    <dnsmasq:option value='enable-ra'/>
                  </dnsmasq:options>
                </network>

                """)
    }

    @Test("a prepared network lacks nothing")
    func nothingLacks() throws {
        let text = try prepared(Self.bare)
        #expect(try preparation(text).missing.isEmpty)
        #expect(try prepared(text) == text)
    }

    @Test("options that are there stay")
    func presentOptions() throws {
        let text = Self.bare.replacing("<network>", with: "<network xmlns:dnsmasq='x'>").replacing(
            "</network>",
            with: "  <dnsmasq:options>\n    <dnsmasq:option value='enable-ra'/>\n  </dnsmasq:options>\n</network>")
        #expect(try preparation(text).missing == [.address, .range])
        let result = try prepared(text)
        #expect(result.contains("    <dnsmasq:option value='enable-ra'/>\n    <dnsmasq:option value='dhcp-range=::,"))
        #expect(result.split(separator: "xmlns").count == 2)
    }

    @Test("the range of another bridge does not count")
    func otherRange() throws {
        let text = try prepared(Self.bare).replacing("constructor:virbr0", with: "constructor:virbr01")
        #expect(try preparation(text).missing == [.range])
    }

    /// Administrators comment out what they do not use, and libvirt's example files explain themselves.
    @Test("comments are neither parts nor places for parts")
    func comments() throws {
        let comment = """
              <!-- <ip family='ipv6' address='fd00::1' prefix='64'/> constructor:virbr0, enable-ra xmlns:dnsmasq
              <dnsmasq:options> </dnsmasq:options> </network> -->

            """
        let text = Self.bare.replacing("  <name>", with: "\(comment)  <name>")
        #expect(try preparation(text).missing == [.address, .range, .advertisements])
        #expect(try prepared(text) == prepared(Self.bare).replacing("  <name>", with: "\(comment)  <name>"))
        #expect(LibvirtNetworkPreparation(Array("<!-- <network><bridge name='b0'/></network>".utf8)) == nil)
    }

    @Test("attributes may stand in any order")
    func attributeOrder() throws {
        let other = "<ip address=\"fd00::1\" prefix='64' family='ipv6'/>"
        let text = Self.bare.replacing("</network>", with: "\(other)</network>")
        #expect(try preparation(text).missing == [.range, .advertisements])
    }

    @Test("a network may stand on one line")
    func oneLine() throws {
        let result = try prepared("<network><name>n</name><bridge name='b0'/></network>")
        #expect(try preparation(result).missing.isEmpty)
        #expect(result.hasPrefix("<network xmlns:dnsmasq="))
    }

    @Test(arguments: [
        "", "<network></network>", "<network><bridge name='b0'/>", "<network><bridge name='a/b'/></network>",
    ])
    func isNoNetworkWithABridge(_ text: String) { #expect(LibvirtNetworkPreparation(Array(text.utf8)) == nil) }
}
