// /run/keep6/IFACE.wish to the byte: a hook of one version writes what a guard of another reads.
import Internet
import Testing

@testable import Configuration

@Suite("The text of a kept uplink")
struct KeptUplinkTextTests {
    private static let everything = """
        keep6-wish 1
        uplink eth0
        manager networkd
        advertisements networkd
        static-address 2001:db8:1::10/64
        static-address fd00::1/8
        configured-interface 7
        found-accept-ra 1
        keep6-address 2001:db8:1::11/64
        keep6-address 2001:db8:1::12/128
        keep6-accept-ra 0
        keep6-default-route fe80::9
        keep6-router fe80::1
        keep6-router fe80::2
        keep6-firewall yes
        keep6-start docker.service
        keep6-start libvirtd.socket
        keep6-delegation 00:03:00:01:aa:bb:cc:dd:ee:ff ::/48
        keep6-wait 30
        keep6-guests default:3
        keep6-guests br0
        keep6-proxy default
        keep6-proxy br0
        end

        """

    /// Every part of it, none with its default.
    private func full() throws -> KeptUplink {
        func address(_ text: String) throws -> InterfaceAddress { try #require(InterfaceAddress(text)) }
        func router(_ text: String) throws -> IPv6Address { try #require(IPv6Address(text)) }
        var wish = Wish(uplink: try #require(InterfaceName("eth0")))
        wish.addresses = [try address("2001:db8:1::11/64"), try address("2001:db8:1::12/128")]
        wish.acceptRA = .fixed(0)
        wish.defaultRoute = .gateway(try router("fe80::9"))
        wish.routers = [try router("fe80::1"), try router("fe80::2")]
        wish.firewall = true
        wish.start = ["docker.service", "libvirtd.socket"].compactMap(UnitName.init)
        wish.delegation = try DelegationRequest("000300:01aabbccddeeff /48")
        wish.wait = 30
        wish.guests = ["default:3", "br0"].compactMap(GuestSubnet.init)
        wish.proxies = ["default", "br0"].compactMap(NetworkName.init)
        var kept = KeptUplink(wish: wish, foundAcceptRA: 1)
        kept.manager = .networkd
        kept.networkdHandlesAdvertisements = true
        kept.staticAddresses = [try address("2001:db8:1::10/64"), try address("fd00::1/8")]
        kept.configuredInterface = InterfaceIndex(rawValue: 7)
        return kept
    }

    @Test("every part has its line")
    func whole() throws {
        #expect(try full().text == Self.everything)
        #expect(try KeptUplink(text: Self.everything) == full())
        #expect(try KeptUplink(text: Self.everything).text == Self.everything)
    }

    @Test("what has its default has no line")
    func least() throws {
        let text = "keep6-wish 1\nuplink eth0\nend\n"
        let kept = KeptUplink(wish: Wish(uplink: try #require(InterfaceName("eth0"))))
        #expect(kept.text == text)
        #expect(try KeptUplink(text: text) == kept)
    }

    @Test(
        "a value that is a word is read and written again",
        arguments: [
            "keep6-accept-ra 1", "keep6-accept-ra 2", "keep6-default-route off", "keep6-default-route 2001:db8::1",
            "found-accept-ra 0", "keep6-guests default:ff", "keep6-delegation 00:03:00:01:aa:bb:cc:dd:ee:ff ::/56",
        ])
    func word(_ line: String) throws {
        let text = "keep6-wish 1\nuplink eth0\n\(line)\nend\n"
        #expect(try KeptUplink(text: text).text == text)
    }
}
