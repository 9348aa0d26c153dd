// What `keep6 status` says of the networks that are numbered from a delegated prefix.
import Internet
import Netlink
import TestSupport
import Testing

@testable import Configuration
@testable import Presentation
@testable import StateMachines

@Suite struct GuestStatusTests {
    private static let network = NetworkName("default")!

    private func guests(_ prefixes: String..., deprecated: String? = nil, bridge: String? = "virbr0") -> GuestStatus {
        let addresses = (prefixes + [deprecated].compactMap { $0 }).map { text in
            var address = Address(interface: World.index, value: InterfaceAddress("\(text)1/64")!)
            if text == deprecated { address.preferredLifetime = 0 }
            return address
        }
        return GuestStatus(
            network: Self.network, bridge: bridge.map { InterfaceName($0)! }, addresses: addresses)
    }

    private func status(_ guests: GuestStatus, delegated: String? = "2001:db8:100::/56") -> Status {
        let prefixes = delegated.map { [DelegatedPrefix(InterfaceAddress($0)!)] } ?? []
        return Status(
            KeptUplink(wish: Wish(uplink: InterfaceName("eth0")!)), snapshot: World().snapshot, memory: GuardMemory(),
            guardRuns: true, delegated: prefixes, guests: [guests], at: Instant(microseconds: 0))
    }

    @Test func aNumberedNetworkIsShownWithItsPrefixes() {
        let both = status(guests("2001:db8:100::", deprecated: "2001:db8:200::"))
        let row = """
              guests          'default' (virbr0) 2001:db8:100::/64, 2001:db8:200::/64
                              deprecated

            """
        #expect(both.screen(isColored: false).contains(row))
        #expect(!both.troubles.contains { $0.contains("default' has no part") })
        #expect(both.json.description.contains(#""prefix":"2001:db8:200::/64","deprecated":true"#))
    }

    @Test(arguments: [nil, "2001:db8:200::"] as [String?])
    func aNetworkThatHasNoPartIsATrouble(deprecated: String?) {
        let status = status(guests(deprecated: deprecated))
        #expect(status.troubles.contains("the network 'default' has no part of the delegated prefix"))
    }

    @Test func whatIsNotThereIsNone() {
        #expect(!status(guests(bridge: nil)).troubles.contains { $0.contains("no part") })
        #expect(
            status(guests(bridge: nil)).screen(isColored: false).contains("guests          'default' is not up\n"))
        #expect(!status(guests(), delegated: nil).troubles.contains { $0.contains("no part") })
        #expect(
            status(guests(), delegated: nil).screen(isColored: false).contains("'default' (virbr0) has no prefix\n"))
    }
}
