// Guests that an uplink answers for, on the real kernel: how they come, are silent, move and go.
import CLinux
import Internet
import Linux
import Netlink
import TestSupport
import Testing

@Suite(
    "An uplink that answers for guests",
    .needsRoot)
struct GuestProxyTests {
    @Test("answers for a guest that checks its address for duplicates, before it has spoken")
    func claimed() throws {
        let host = try GuestHost()
        let guest = try host.plug(into: "br0")
        try guest.claim("2001:db8:1::77")
        try host.waitForCame("2001:db8:1::77", on: "br0")
        #expect(try host.reaches("2001:db8:1::77"))
        #expect(try guest.isOnline())
        #expect(try host.answered == ["2001:db8:1::77": "br0"])
    }

    @Test("answers for a guest that makes its address of a router advertisement")
    func autoconfigured() throws {
        let host = try GuestHost()
        let guest = try host.plug(into: "br1")
        try guest.namespace.sh("echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_dad")
        let prefix = IPv6Address("2001:db8:1::")!.bytes
        let advertisement: [UInt8] =
            [134, 0, 0, 0, 64, 0, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0]
            + [3, 4, 64, 0xc0, 0, 0, 14, 16, 0, 0, 14, 16, 0, 0, 0, 0] + prefix
        let sender = try MessageSender(in: host.kept.host, by: "br1")
        try sender.send(advertisement, from: IPv6Address("fe80::1")!)
        try host.waitForCame("2001:db8:1::ff:fe00:101", on: "br1")
        #expect(try host.reaches("2001:db8:1::ff:fe00:101"))
        #expect(try guest.isOnline())
    }

    @Test("answers for the first packet of a guest that did not announce itself")
    func outgoing() throws {
        let host = try GuestHost()
        let guest = try host.plug(into: "br0")
        try guest.take("2001:db8:1::77")
        #expect(try guest.isOnline())
        try host.waitForCame("2001:db8:1::77", on: "br0")
        #expect(try host.answered == ["2001:db8:1::77": "br0"])
    }

    @Test("asks for a silent guest when the router does, and answers the router's first question")
    func silent() throws {
        let host = try GuestHost()
        let guest = try host.plug(into: "br1")
        try guest.take("2001:db8:1::77")
        #expect(try host.answered == [:])
        #expect(try host.reaches("2001:db8:1::77"))
        try host.waitForCame("2001:db8:1::77", on: "br1")
        #expect(try host.answered == ["2001:db8:1::77": "br1"])
    }

    @Test("follows a guest to another bridge, whether it says so or not")
    func moved() throws {
        let host = try GuestHost()
        let guest = try host.plug(into: "br0")
        try guest.take("2001:db8:1::77")
        #expect(try host.reaches("2001:db8:1::77"))
        try guest.move(to: "br1")
        try host.waitForWent("2001:db8:1::77")
        #expect(try host.reaches("2001:db8:1::77"))
        try host.waitForCame("2001:db8:1::77", on: "br1")
        #expect(try host.answered == ["2001:db8:1::77": "br1"])
        try guest.namespace.sh("ip address del 2001:db8:1::77/64 dev eth0")
        try guest.move(to: "br0")
        try guest.claim("2001:db8:1::77")
        // It is on br0 now, or, where the host had the three seconds to ask for it in vain, was heard of there anew.
        let word = try host.keeper.errors.line(with: "'br0'")
        let ends = [", which moved to 'br0'.", ", which appeared on 'br0'."]
        #expect(ends.contains { word.hasSuffix("2001:db8:1::77\($0)") }, "\(word)")
        #expect(try host.answered == ["2001:db8:1::77": "br0"])
        #expect(try host.pings("2001:db8:1::77"))
    }

    @Test("forgets a guest whose port is gone, and one that the kernel cannot find any more")
    func gone() throws {
        let host = try GuestHost()
        let (first, second) = (try host.plug(into: "br0"), try host.plug(into: "br1"))
        // Without a port the bridge would have no carrier, which the kernel tells of by itself.
        let third = try host.plug(into: "br0")
        try first.take("2001:db8:1::77")
        try second.take("2001:db8:1::78")
        #expect(try first.isOnline())
        try host.waitForCame("2001:db8:1::77", on: "br0")
        #expect(try second.isOnline())
        try host.waitForCame("2001:db8:1::78", on: "br1")
        try first.unplug()
        try host.waitForWent("2001:db8:1::77")
        #expect(try third.reachesHost())
        #expect(try host.answered == ["2001:db8:1::78": "br1"])
        try second.namespace.sh("ip address del 2001:db8:1::78/64 dev eth0")
        // Of an entry that is stale the kernel learns by a packet that is in vain.
        try host.kept.host.sh("ip neigh flush dev br1")
        try host.waitForWent("2001:db8:1::78")
        #expect(try host.answered == [:])
        #expect(try host.routeCount == 0)
    }

    @Test("goes on while there is no guard, and the next one takes over what is right and mends what is not")
    func restarted() throws {
        let host = try GuestHost()
        let (stays, goes) = (try host.plug(into: "br0"), try host.plug(into: "br0"))
        let comes = try host.plug(into: "br1")
        try stays.take("2001:db8:1::77")
        try goes.take("2001:db8:1::78")
        #expect(try stays.isOnline())
        try host.waitForCame("2001:db8:1::77", on: "br0")
        #expect(try goes.isOnline())
        try host.waitForCame("2001:db8:1::78", on: "br0")
        try host.restartGuard {
            #expect(try host.reaches("2001:db8:1::77"))
            try goes.unplug()
            try comes.take("2001:db8:1::79")
            // As the kernel does when it hears the guest's question for its gateway.
            try host.kept.host.sh("ip neigh replace 2001:db8:1::79 lladdr 02:00:00:00:01:03 dev br1 nud stale")
            try host.kept.host.sh("ip -6 route add 2001:db8:1::80 dev br0 proto 66")
        }
        let ears = try host.kept.host.run { try RouteEars() }
        try ears.wait(for: "the guest that came, alone with the one that stays") {
            try host.answered == ["2001:db8:1::77": "br0", "2001:db8:1::79": "br1"]
        }
        #expect(try host.routeCount == 2)
        #expect(try host.reaches("2001:db8:1::77") && host.reaches("2001:db8:1::79"))
    }

    @Test("puts all of it back after the uplink was down")
    func uplinkDown() throws {
        let host = try GuestHost()
        let guest = try host.plug(into: "br0")
        try guest.take("2001:db8:1::77")
        #expect(try host.reaches("2001:db8:1::77"))
        try host.kept.host.sh("ip link set eth0 down; ip link set eth0 up")
        try host.kept.host.sh("ip address replace 2001:db8:1::10/64 dev eth0 nodad")
        try host.kept.host.sh("ip -6 route replace default via \(KeptHost.gateway) dev eth0")
        let ears = try host.kept.host.run { try RouteEars() }
        try ears.wait(for: "the guest's return") { try host.answered == ["2001:db8:1::77": "br0"] }
        #expect(try host.pings("2001:db8:1::77"))
    }

    @Test("leaves no route when the uplink is gone, and begins anew when it is there again")
    func uplinkGone() throws {
        let host = try GuestHost()
        let guest = try host.plug(into: "br0")
        try guest.take("2001:db8:1::77")
        #expect(try host.reaches("2001:db8:1::77"))
        try host.waitForCame("2001:db8:1::77", on: "br0")
        let ears = try host.kept.host.run { try RouteEars() }
        try host.kept.host.sh("ip link delete eth0")
        try ears.wait(for: "the end of the routes") { try host.routeCount == 0 }
        try host.kept.connect()
        try host.kept.host.sh("ip -6 route add default via \(KeptHost.gateway) dev eth0")
        try ears.wait(for: "the guest's return") { try host.routeCount == 1 }
        #expect(try host.pings("2001:db8:1::77"))
    }

    @Test("takes a network in that comes later, and lets go of one that is deleted")
    func bridges() throws {
        let host = try GuestHost("br0 br7")
        try host.kept.host.sh("ip link add br7 type bridge; echo 0 >/proc/sys/net/ipv6/conf/br7/accept_dad")
        try host.kept.host.sh("ip link set br7 up; ip address add fe80::1/64 dev br7 nodad")
        let guest = try host.plug(into: "br7")
        try guest.take("2001:db8:1::77")
        #expect(try host.pings("2001:db8:1::77"))
        try host.waitForCame("2001:db8:1::77", on: "br7")
        #expect(try host.answered == ["2001:db8:1::77": "br7"])
        let ears = try host.kept.host.run { try RouteEars() }
        try host.kept.host.sh("ip link delete br7")
        try ears.wait(for: "the end of 'br7'") { try host.answered.isEmpty }
        #expect(try host.answered == [:])
    }
}
