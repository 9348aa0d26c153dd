// What each socket filter lets through: the kernel runs it on messages that one end of a pair of sockets sends the other.
import CLinux
import Glibc
import Internet
import Linux
import Testing

@testable import NeighborDiscovery
@testable import Netlink

/// A filter, a message for it, and whether it gets through.
private struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let isHeard: Bool
    let message: [UInt8]
    let filter: @Sendable () -> SocketFilter

    init(_ name: String, _ isHeard: Bool, _ message: [UInt8], _ filter: @escaping @Sendable () -> SocketFilter) {
        (testDescription, self.isHeard, self.message, self.filter) = (name, isHeard, message, filter)
    }
}

/// A netlink message's header, and what follows it.
private func message(_ type: Int, _ payload: [UInt8]) -> [UInt8] {
    let length = 16 + payload.count
    return [UInt8(length), 0, 0, 0, UInt8(type), 0] + [UInt8](repeating: 0, count: 10) + payload
}

/// A struct rtmsg of RTPROT_RA, a struct ifaddrmsg, a struct ifinfomsg and a struct ndmsg, of interface 2 unless told.
private func route(length: UInt8 = 0, origin: UInt8 = 9) -> [UInt8] {
    [10, length, 0, 0, 254, origin, 0, 1, 0, 0, 0, 0]
}
private func address(_ interface: UInt8 = 2) -> [UInt8] { [10, 64, 0, 0, interface, 0, 0, 0] }
private func link(_ interface: UInt8 = 2, family: UInt8 = 0) -> [UInt8] {
    [family, 0, 1, 0, interface, 0, 0, 0, 0x43, 0x10, 1, 0, 0, 0, 0, 0]
}
private func neighbor(_ state: Int32, _ interface: UInt8 = 2, family: UInt8 = 10) -> [UInt8] {
    [family, 0, 0, 0, interface, 0, 0, 0, UInt8(state), 0, 0, 1]
}

private let ofTheGuard: [Case] = {
    func row(_ name: String, _ isHeard: Bool, _ type: Int, _ payload: [UInt8], isThere: Bool = true) -> Case {
        Case("the guard: \(name)", isHeard, message(type, payload)) {
            EventFilter(uplink: isThere ? InterfaceIndex(rawValue: 2) : nil).program()
        }
    }
    return [
        row("a default route", true, RTM_NEWROUTE, route()), row("a default route's end", true, RTM_DELROUTE, route()),
        row("another route", false, RTM_NEWROUTE, route(length: 64)),
        row("another route's end", false, RTM_DELROUTE, route(length: 1)),
        row("an address", true, RTM_NEWADDR, address()), row("an address's end", true, RTM_DELADDR, address()),
        row("another interface's address", false, RTM_NEWADDR, address(3)),
        row("the end of another interface's address", false, RTM_DELADDR, address(3)),
        row("the link", true, RTM_NEWLINK, link()),
        row("the link's end", true, RTM_DELLINK, link()), row("another link", false, RTM_NEWLINK, link(3)),
        row("a dead neighbor", true, RTM_NEWNEIGH, neighbor(NUD_FAILED)),
        row("another interface's", false, RTM_NEWNEIGH, neighbor(NUD_FAILED, 3)),
        row("a living neighbor", false, RTM_NEWNEIGH, neighbor(NUD_REACHABLE)),
        row("a neighbor's end", false, RTM_DELNEIGH, neighbor(NUD_FAILED)),
        row("a setting", true, RTM_NEWNETCONF, [10, 0, 0, 0]),
        row("without a link: a default route", true, RTM_NEWROUTE, route(), isThere: false),
        row("without a link: another route", false, RTM_NEWROUTE, route(length: 64), isThere: false),
        row("without a link: any address", true, RTM_NEWADDR, address(3), isThere: false),
        row("without a link: any link", true, RTM_NEWLINK, link(3), isThere: false),
        row("without a link: a neighbor", false, RTM_NEWNEIGH, neighbor(NUD_FAILED), isThere: false),
        row("without a link: a default route's end", true, RTM_DELROUTE, route(), isThere: false),
        row("without a link: another route's end", false, RTM_DELROUTE, route(length: 64), isThere: false),
        row("without a link: any address's end", true, RTM_DELADDR, address(3), isThere: false),
        row("without a link: any link's end", true, RTM_DELLINK, link(3), isThere: false),
        row("without a link: a neighbor's end", false, RTM_DELNEIGH, neighbor(NUD_FAILED), isThere: false),
        row("without a link: a setting", true, RTM_NEWNETCONF, [10, 0, 0, 0], isThere: false),
    ]
}()

private let ofGuests: [Case] = {
    func row(_ name: String, _ isHeard: Bool, _ type: Int, _ payload: [UInt8], bridges: Range<UInt32> = 2..<4) -> Case {
        Case("guests: \(name)", isHeard, message(type, payload)) {
            GuestFilter(bridges: bridges.map { InterfaceIndex(rawValue: $0) }).program()
        }
    }
    return [
        row("a neighbor", true, RTM_NEWNEIGH, neighbor(NUD_REACHABLE)),
        row("one of the last bridge", true, RTM_NEWNEIGH, neighbor(NUD_STALE, 3)),
        row("one of another interface", false, RTM_NEWNEIGH, neighbor(NUD_REACHABLE, 4)),
        row("one that is dead", true, RTM_NEWNEIGH, neighbor(NUD_FAILED)),
        row("one that is asked", false, RTM_NEWNEIGH, neighbor(NUD_PROBE)),
        row("one of IPv4", false, RTM_NEWNEIGH, neighbor(NUD_REACHABLE, family: 2)),
        row("one with no bridge", false, RTM_NEWNEIGH, neighbor(NUD_REACHABLE), bridges: 0..<0),
        row("one with too many bridges", true, RTM_NEWNEIGH, neighbor(NUD_REACHABLE, 200), bridges: 2..<103),
        row("a neighbor's end", true, RTM_DELNEIGH, neighbor(NUD_PROBE)),
        row("the end of one of another interface", false, RTM_DELNEIGH, neighbor(NUD_PROBE, 4)),
        row("an advertised prefix", true, RTM_NEWROUTE, route(length: 64, origin: 9)),
        row("a kernel's prefix", true, RTM_NEWROUTE, route(length: 64, origin: 2)),
        row("a prefix at boot", true, RTM_NEWROUTE, route(length: 64, origin: 3)),
        row("an administrator's", true, RTM_NEWROUTE, route(length: 64, origin: 4)),
        row("a delegated prefix's end", true, RTM_DELROUTE, route(length: 56, origin: 16)),
        row("a routing daemon's", false, RTM_NEWROUTE, route(length: 48, origin: 186)),
        row("a default route", false, RTM_NEWROUTE, route()),
        row("a route to one address", false, RTM_NEWROUTE, route(length: 128, origin: 2)),
        row("a link", true, RTM_NEWLINK, link(9)),
        row("a bridge's port", false, RTM_NEWLINK, link(9, family: 7)),
        row("a port's end", true, RTM_DELLINK, link(9, family: 7)),
        row("an address", true, RTM_NEWADDR, address(9)), row("an address's end", true, RTM_DELADDR, address(9)),
        row("a setting", false, RTM_NEWNETCONF, [10, 0, 0, 0]),
    ]
}()

/// Of a raw ICMPv6 socket. Where a source counts, it stands in the message's bytes 8 to 23: a pair of sockets has no header
/// before the message.
private let ofRouters: [Case] = {
    let known = IPv6Address("fe80::1")!
    func row(_ name: String, _ isHeard: Bool, _ bytes: [UInt8], _ admission: RouterFilter = .everybody) -> Case {
        Case("routers: \(name)", isHeard, bytes) { admission.filter }
    }
    func from(_ source: String, type: UInt8 = 134, flags: UInt8 = 0) -> [UInt8] {
        [type, 0, 0, 0, flags, 0, 0, 0] + IPv6Address(source)!.bytes
    }
    let two = RouterFilter.only([known, IPv6Address("fe80::1:2")!])
    return [
        row("an advertisement", true, from("fe80::9")), row("a solicitation", false, from("fe80::9", type: 133)),
        row("a neighbor that is no router", true, from("fe80::9", type: 136, flags: 0x60)),
        row("a neighbor that is one", false, from("fe80::9", type: 136, flags: 0xe0)),
        row("a neighbor's question", false, from("fe80::9", type: 135)),
        row("in a flood, the first router", true, from("fe80::1"), two),
        row("in a flood, the last router", true, from("fe80::1:2"), two),
        row("in a flood, another", false, from("fe80::2"), two),
        row("in a flood, one of another network", false, from("fe81::1"), two),
        row("in a flood, one that differs in the second word", false, from("fe80:0:1::1"), two),
        row("in a flood, one that differs in the third word", false, from("fe80::1:0:1"), two),
        row("in a flood, a known one that is no router", true, from("fe80::1:2", type: 136, flags: 0x60), two),
        row("in a flood, a known one that is one", false, from("fe80::1", type: 136, flags: 0xe0), two),
        row("in a flood, another that is no router", false, from("fe80::2", type: 136, flags: 0x60), two),
        row("in a flood, with none known", false, from("fe80::1"), .only([])),
        row("in a flood, a router's question", false, from("fe80::1", type: 135), two),
    ]
}()

private let ofNeighbors: [Case] = {
    let prefixes = ["2001:db8:1::/64", "2001:db8:2::/56", "fd00::/8"].map { InterfaceAddress($0)! }
    let everyone = "ff02::1:ff00:77"
    func row(
        _ name: String, _ isHeard: Bool, _ overhearing: NeighborFilter, type: UInt8 = 135, flags: UInt8 = 0,
        from source: String = "::", to destination: String = everyone, about target: String = "2001:db8:1::77",
        next: UInt8 = 58, hopLimit: UInt8 = 255
    ) -> Case {
        let header: [UInt8] = [0x60, 0, 0, 0, 0, 24, next, hopLimit]
        let addresses = [source, destination].flatMap { IPv6Address($0)!.bytes }
        let message = [type, 0, 0, 0, flags, 0, 0, 0] + IPv6Address(target)!.bytes
        return Case("overheard: \(name)", isHeard, header + addresses + message) { overhearing.filter(without: []) }
    }
    let guests = NeighborFilter.guests(prefixes: prefixes, answers: false)
    let asked = NeighborFilter.guests(prefixes: prefixes, answers: true)
    let uplink = NeighborFilter.neighbors(prefixes: prefixes)
    let bare = [("guests", guests), ("guests, asked", asked), ("the uplink", uplink)].flatMap { name, overhearing in
        [
            row("\(name): of the first prefix", true, overhearing),
            row("\(name): of the second prefix", true, overhearing, about: "2001:db8:2:ff::1"),
            row("\(name): of the last prefix", true, overhearing, about: "fdff::1"),
            row("\(name): of another prefix", false, overhearing, about: "2001:db8:3::1"),
            row("\(name): beyond the first prefix", false, overhearing, about: "2001:db8:1:1::1"),
            row("\(name): beyond the second prefix", false, overhearing, about: "2001:db8:2:100::1"),
            row("\(name): of another network", false, overhearing, about: "2002:db8:1::1"),
            row("\(name): an announcement", true, overhearing, type: 136, flags: 0x20, from: "2001:db8:1::77"),
            row("\(name): no ICMPv6", false, overhearing, next: 17),
            row("\(name): from afar", false, overhearing, hopLimit: 64),
            row("\(name): a router's advertisement", false, overhearing, type: 134),
        ]
    }
    let questions = ["2001::", "0:0:1::", "::1:0:0", "::1"].flatMap { source in
        [
            row("guests: a question of \(source)", false, guests, from: source),
            row("guests, asked: a question of \(source)", false, asked, from: source),
        ]
    }
    return bare + questions + [
        row("with no prefix", false, .guests(prefixes: [], answers: true)),
        row("a guest's question", false, guests, from: "fe80::1"),
        row("a guest's answer", false, guests, type: 136, flags: 0x60, from: "2001:db8:1::77"),
        row("a guest's answer that is waited for", true, asked, type: 136, flags: 0x60, from: "2001:db8:1::77"),
        row("a neighbor's question to all", true, uplink, from: "fe80::1"),
        row("a neighbor's question to one", false, uplink, from: "fe80::1", to: "2001:db8:1::77"),
        row("a neighbor's answer", true, uplink, type: 136, flags: 0x60, to: "fe80::1"),
        row("a neighbor's of another prefix", false, uplink, type: 136, about: "2001:db8:3::1"),
        row("a neighbor's redirect", false, uplink, type: 137),
        row("nothing, ever", false, .nothing),
    ]
}()

@Suite("Socket filters")
struct SocketFilterTests {
    @Test("a filter lets through what matters", arguments: ofTheGuard + ofGuests + ofRouters + ofNeighbors)
    fileprivate func decision(_ row: Case) throws {
        var ends: [Int32] = [0, 0]
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue)
        try check("make a pair of sockets") { socketpair(AF_UNIX, type, 0, &ends) }
        let sender = Descriptor(owning: ends[0])
        let receiver = Descriptor(owning: ends[1])
        try row.filter().attach(to: receiver)
        try check("send a message") { send(sender.raw, row.message, row.message.count, 0) }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = recv(receiver.raw, &buffer, buffer.count, 0)
        #expect((count > 0) == row.isHeard)
        if row.isHeard { #expect(Array(buffer.prefix(max(count, 0))) == row.message, "it is heard whole") }
    }
}
