// The routes of delegated prefixes against the real kernel, in a namespace of their own.
import Internet
import Linux
import Netlink
import TestSupport
import Testing

@Suite(.needsRoot)
struct UnreachableRouteTests {
    private let prefix = InterfaceAddress("2001:db8:100::/56")!

    @Test func isPutListedAndRemoved() throws {
        try NetworkNamespace().run {
            let socket = try Rtnetlink()
            let route = UnreachableRoute(prefix)
            try socket.put(route)
            try socket.put(route)
            #expect(try socket.unreachableRoutes() == [route])
            let shown = try Program("/usr/sbin/ip", ["-6", "route", "show", "type", "unreachable"]).run().output
            let text = String(decoding: shown, as: UTF8.self)
            #expect(text.hasPrefix("unreachable 2001:db8:100::/56 dev lo proto dhcp metric 1024 "), "\(text)")
            try socket.remove(route)
            #expect(try socket.unreachableRoutes().isEmpty)
            #expect { try socket.remove(route) } throws: { ($0 as? SystemError)?.code == Route.isNotThere }
        }
    }

    /// By the kernel itself: routes of other programs, to elsewhere, and in other tables are told apart.
    @Test func othersAreNotTaken() throws {
        try NetworkNamespace().run {
            for arguments in [
                "route add unreachable 2001:db8:1::/64 proto static", "route add blackhole 2001:db8:2::/64 proto dhcp",
                "route add 2001:db8:3::/64 dev lo proto dhcp", "route add unreachable default proto dhcp metric 5",
                "route add unreachable 2001:db8:4::/64 proto dhcp table 7",
            ] {
                let words = ["-6"] + arguments.split(separator: " ").map(String.init)
                #expect(try Program("/usr/sbin/ip", words).run().code == 0, "\(arguments)")
            }
            let found = try Rtnetlink().unreachableRoutes()
            let words = found.map { "\($0.prefix) \($0.table) \($0.metric)" }
            #expect(Set(words) == ["::/0 254 5", "2001:db8:4::/64 7 1024"], "\(words)")
        }
    }
}
