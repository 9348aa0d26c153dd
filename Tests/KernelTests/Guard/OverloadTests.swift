// A guard that the kernel has more to tell than its socket holds.
import Foundation
import Internet
import Netlink
import TestSupport
import Testing

@Suite(
    "A guard whose notifications get lost",
    .needsRoot)
struct OverloadTests {
    /// How many notifications the kernel could not queue for a socket of the host's (net/netlink/af_netlink.c, netlink_native_seq_show).
    private func drops(on host: KeptHost) throws -> Int {
        var most = 0
        for line in try host.run("/usr/bin/cat", ["/proc/net/netlink"]).output {
            let fields = line.split(separator: " ")
            if fields.count == 10, let drops = Int(fields[8]) { most = max(most, drops) }
        }
        return most
    }

    /// What the kernel told before it could tell no more is older than what was lost: the route is added, says the
    /// queue, and does not say that it is gone.
    @Test("finds out what it missed, and puts the route back")
    func overrun() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        try host.radvd?.crash()
        try keeper.send(SIGSTOP)
        let route = try #require(try host.defaultRoutes.first)
        try host.routes.remove(route)
        try host.routes.add(route)
        let changes = (1...2000).map { number in
            let address = "2001:db8:1::\(String(number + 0x1000, radix: 16))/128 dev eth0"
            return "address add \(address) nodad\naddress del \(address)"
        }
        let file = NSTemporaryDirectory() + "keep6-\(UUID())"
        try changes.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        try host.host.sh("ip -batch \(file); ip -6 route del default")
        #expect(try drops(on: host) > 0)
        try keeper.send(SIGCONT)
        try host.wait(for: "a route of the guard's") { $0.map(\.routeProtocol) == [.keep6] }
        #expect(try host.isOnline())
        #expect(try keeper.end() == 0)
    }
}
