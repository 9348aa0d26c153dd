// What `keep6 watch` says of two looks at an uplink.
import Internet
import Netlink
import TestSupport
import Testing

@testable import Configuration
@testable import Presentation
@testable import StateMachines

@Suite struct StatusDifferenceTests {
    private func changes(_ change: (inout Patient, inout GuardMemory) -> Void) -> [String] {
        let before = Patient()
        var after = before
        var memory = GuardMemory()
        change(&after, &memory)
        let status = after.status
        return Status(
            status.kept, snapshot: status.snapshot, memory: memory, guardRuns: status.guardRuns,
            delegated: status.delegated, proxies: status.proxies, guests: status.guests, at: status.now
        ).changes(since: before.status)
    }

    @Test func timeAloneChangesNothing() {
        #expect(changes { patient, _ in patient.world.pass(.seconds(60)) } == [])
    }

    @Test func routesComeAndGo() {
        let name = "default route via fe80::1 metric 1024, RA"
        #expect(
            changes { patient, _ in patient.world.routes = [] }
                == ["\(name), is gone", "now down: no default route"])
        let own = changes { patient, _ in
            patient.world.routes[0].routeProtocol = .keep6
            patient.world.routes[0].metric = 1025
        }
        #expect(own.first == "\(name), is gone")
        #expect(own[1].hasPrefix("default route via fe80::1 metric 1025, keep6's own"))
        #expect(own.last == "now degraded: the default route is keep6's own, until the router's is back")
    }

    @Test func addresses() {
        #expect(
            changes { patient, _ in patient.world.addresses[1].flags = 0x40 }
                == ["address 2001:db8:1::10/64 tentative", "now down: no usable global address"])
        let added = changes { patient, _ in
            patient.world.addresses.append(Address(interface: World.index, value: InterfaceAddress("2001:db8::7/64")!))
        }
        #expect(added == ["address 2001:db8::7/64 usable"])
        #expect(
            changes { patient, _ in patient.world.addresses.removeLast() }[0] == "address 2001:db8:1::10/64 is gone")
    }

    @Test func linkAndSettings() {
        #expect(changes { patient, _ in patient.world.link.flags = 1 }.first == "the link has no carrier")
        #expect(changes { patient, _ in patient.hasNoLink = true }.first == "there is no such interface")
        #expect(changes { patient, _ in patient.world.forwarding = true } == ["forwarding is on"])
        #expect(changes { patient, _ in patient.world.acceptRA = 1 }.first == "accept_ra is 1")
    }

    @Test func losses() {
        let loss = Loss(cause: "deleted by 'ip' (pid 7)", at: Instant(microseconds: 5), outage: .microseconds(84))
        let over = changes { _, memory in
            memory.losses = 1
            memory.lastLoss = loss
        }
        #expect(over == ["default route lost: deleted by 'ip' (pid 7); over after 84 us"])
        let open = changes { _, memory in
            memory.losses = 1
            memory.lastLoss = Loss(cause: "x", at: Instant(microseconds: 5), outage: nil)
        }
        #expect(open == ["default route lost: x"])
        #expect(changes { _, memory in memory.lastLoss = loss } == ["the loss is over after 84 us"])
    }

    @Test func theGuardPrefixesAndGuests() {
        #expect(
            changes { patient, _ in patient.guardRuns = false }
                == ["the guard was stopped", "now degraded: the guard does not run"])
        #expect(
            changes { patient, _ in
                patient.delegated = [DelegatedPrefix(InterfaceAddress("2001:db8:100::/56")!)]
            } == ["delegated prefix 2001:db8:100::/56"])
        #expect(
            changes { patient, _ in
                patient.guests = [GuestStatus(network: NetworkName("lan")!, bridge: nil, addresses: [])]
                patient.proxies = [ProxyStatus(network: NetworkName("lan")!, bridge: InterfaceName("br0"), count: 1)]
            } == ["guests 'lan' is not up", "answers for 1 guest's address on 'lan' (br0)"])
    }
}
