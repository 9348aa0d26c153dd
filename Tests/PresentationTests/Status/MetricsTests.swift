// What a monitoring system reads of the kept uplinks.
import Internet
import Netlink
import TestSupport
import Testing

@testable import Configuration
@testable import Presentation
@testable import StateMachines

@Suite struct MetricsTests {
    private func status(_ name: String = "eth0", _ change: (inout World, inout GuardMemory) -> Void = { _, _ in })
        -> Status
    {
        var world = World()
        var memory = GuardMemory()
        change(&world, &memory)
        return Status(
            KeptUplink(wish: Wish(uplink: InterfaceName(name)!)), snapshot: world.snapshot, memory: memory,
            guardRuns: true, at: world.now)
    }

    @Test func eachMetricHasOneHeadAndASampleOfEachUplink() {
        let lines = Metrics([status(), status("eth1")]).text.split(separator: "\n").map(String.init)
        #expect(lines.count { $0.hasPrefix("# TYPE keep6_uplink_state gauge") } == 1)
        #expect(lines.contains("keep6_uplink_state{uplink=\"eth0\"} 2"), "it has no default route")
        #expect(lines.contains("keep6_uplink_state{uplink=\"eth1\"} 2"))
        #expect(lines.contains("keep6_accept_ra{uplink=\"eth1\"} 1"))
        #expect(!lines.contains { $0.contains("keep6_delegated_prefix_lifetime_seconds") })
        for line in lines {
            #expect(line.hasPrefix("# HELP keep6_") || line.hasPrefix("# TYPE keep6_") || line.hasPrefix("keep6_"))
        }
    }

    @Test func lossesAndRoutes() {
        let text = Metrics([
            status { world, memory in
                world.acceptRA = 2
                world.start()
                world.advertise(World.routers[0], lifetime: 1800)
                memory = world.keeper.memory
                memory.losses = 3
                memory.lastLoss = Loss(cause: "x", at: world.now, outage: .microseconds(84))
            }
        ]).text
        #expect(text.contains("keep6_uplink_state{uplink=\"eth0\"} 0\n"))
        #expect(text.contains("keep6_default_routes{uplink=\"eth0\",origin=\"other\"} 1\n"))
        #expect(text.contains("keep6_router_lifetime_seconds{uplink=\"eth0\",router=\"fe80::1\"} 1800\n"))
        #expect(text.contains("# TYPE keep6_losses_total counter\nkeep6_losses_total{uplink=\"eth0\"} 3\n"))
        #expect(text.contains("keep6_last_outage_microseconds{uplink=\"eth0\"} 84\n"))
    }

    @Test func anAddressThatNobodyCanAnswerToIsNotCounted() {
        let text = Metrics([
            status { world, _ in
                world.addresses = ["fe80::99/64", "fd00::10/8"].map {
                    Address(interface: World.index, value: InterfaceAddress($0)!)
                }
            }
        ]).text
        #expect(text.contains("keep6_usable_addresses{uplink=\"eth0\"} 0\n"))
    }

    @Test func noUplinkIsNoText() { #expect(Metrics([]).text == "") }

    @Test func aNameCannotEndItsLabel() {
        let text = Metrics([status("a\"b\\")]).text
        #expect(text.contains("keep6_guard_running{uplink=\"a\\\"b\\\\\"} 1\n"))
    }
}
