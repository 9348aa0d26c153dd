// What happens to an interface while a guard keeps it: carrier, names, addresses of the link, bridges, many neighbors.
import Foundation
import Internet
import Linux
import Netlink
import TestSupport
import Testing

@Suite(
    "A guard of an interface that changes",
    .needsRoot)
struct InterfaceLifeTests {
    /// Shows that the guard still does its work: only it puts back a route while the router says nothing.
    private func proveGuard(_ host: KeptHost, _ keeper: PipedProgram) throws {
        try host.waitForLearntRoute()
        try host.radvd?.crash()
        try host.host.sh("ip -6 route del default")
        try host.wait(for: "a route of the guard's") { $0.map(\.routeProtocol) == [.keep6] }
        #expect(try host.isOnline())
        #expect(try keeper.end() == 0)
    }

    @Test("keeps the host online through a change of MTU and of the link-layer address")
    func mtuAndHardwareAddress() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        try host.host.sh("ip link set eth0 mtu 1400; ip link set eth0 mtu 1500")
        try host.host.sh("ip link set eth0 address 02:00:00:00:00:77")
        try proveGuard(host, keeper)
    }

    @Test("is online again once the carrier is back, by the router's own route")
    func carrier() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        for _ in 0..<3 {
            try host.router.sh("ip link set up0 down")
            try host.router.sh("ip link set up0 up; ip address replace 2001:db8:1::1/64 dev up0 nodad")
        }
        try host.wait(for: "a default route") { !$0.isEmpty }
        try proveGuard(host, keeper)
    }

    @Test("solicits and is online again after the link was set down and up")
    func downAndUp() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        try host.host.sh(
            "ip link set eth0 down; ip link set eth0 up; ip address replace 2001:db8:1::10/64 dev eth0 nodad")
        try keeper.errors.line(with: "the link went down")
        try proveGuard(host, keeper)
    }

    @Test("waits while the interface has another name, and goes on when it has its own again")
    func renamed() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        try host.host.sh("ip link set eth0 down; ip link set eth0 name other; ip link set other up")
        try keeper.errors.line(with: "the interface is gone; keep6 waits for it to come back.")
        try host.host.sh(
            """
            ip link set other down; ip link set other name eth0; ip link set eth0 up
            ip address replace 2001:db8:1::10/64 dev eth0 nodad
            """)
        try proveGuard(host, keeper)
    }

    @Test("does no harm to an uplink that becomes a bridge's port, and goes on when it is none any more")
    func bridgePort() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        try host.host.sh("ip link add br0 type bridge; ip link set br0 up; ip link set eth0 master br0")
        try host.host.sh("ip link set eth0 nomaster; ip link del br0")
        try proveGuard(host, keeper)
    }
}
