// Every request that keep6 sends, to the byte; the kernel tests prove that the kernel takes them. Each row is named after the
// ip(8) command that asks for the same, though in an order of attributes of its own.
import Internet
import Testing

@testable import Netlink

private let eth0 = InterfaceIndex(rawValue: 2)
private let host = IPv6Address("2001:db8:1::77")!

/// A request, and its bytes: the header, the fixed part, and each attribute, in hexadecimal.
private struct Request: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    let expected: [UInt8]

    init(_ command: String, _ writer: MessageWriter, _ hex: String) {
        testDescription = command
        var writer = writer
        bytes = writer.finish(sequence: 5)
        let digits = hex.compactMap(\.hexDigitValue).map { UInt8($0) }
        expected = stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

private func defaultRoute(_ change: (inout Route) -> Void = { _ in }) -> Route {
    var route = Route()
    route.gateway = IPv6Address("fe80::1")
    (route.interface, route.metric) = (eth0, 1025)
    change(&route)
    return route
}

private func address(_ change: (inout Address) -> Void = { _ in }) -> Address {
    var address = Address(interface: eth0, value: InterfaceAddress("2001:db8:1::10/64")!)
    change(&address)
    return address
}

private let routes = [
    Request(
        "ip -6 route add default via fe80::1 dev eth0 proto 66 metric 1025 pref high expires 1800 mtu 1400 hoplimit 64",
        defaultRoute {
            ($0.preference, $0.expires, $0.mtu, $0.hopLimit) = (1, 1800, 1400, 64)
        }.addition(),
        """
        6c000000180005060500000000000000 0a000000fe42000100000000
        08000f00fe000000 0800060001040000 14000500fe800000000000000000000000000001 0800040002000000
        0500140001000000 0800170008070000 14000880080002007805000008000a0040000000
        """),
    Request(
        "ip -6 route add default via fe80::1 dev eth0 onlink proto 66 metric 1025",
        defaultRoute { $0.flags = Route.onLink | 1 }.addition(),
        """
        50000000180005060500000000000000 0a000000fe42000104000000
        08000f00fe000000 0800060001040000 14000500fe800000000000000000000000000001 0800040002000000
        0500140000000000
        """),
    Request(
        "ip -6 route add default dev eth0 table 1000 proto 66 metric 1025 hoplimit 64",
        defaultRoute { ($0.gateway, $0.table, $0.hopLimit) = (nil, 1000, 64) }.addition(),
        """
        48000000180005060500000000000000 0a0000000042000100000000
        08000f00e8030000 0800060001040000 0800040002000000 0500140000000000 0c00088008000a0040000000
        """),
    Request(
        "ip -6 route replace default via fe80::1 dev eth0 proto 66 metric 1025 expires 600, without NLM_F_CREATE",
        defaultRoute { $0.expires = 600 }.renewal(),
        """
        58000000180005010500000000000000 0a000000fe42000100000000
        08000f00fe000000 0800060001040000 14000500fe800000000000000000000000000001 0800040002000000
        0500140000000000 0800170058020000
        """),
    Request(
        "ip -6 route del default via fe80::1 dev eth0 proto ra metric 1025",
        defaultRoute { ($0.routeProtocol, $0.expires) = (.routerAdvertisement, 600) }.removal(),
        """
        48000000190005000500000000000000 0a000000fe09000100000000
        08000f00fe000000 0800060001040000 14000500fe800000000000000000000000000001 0800040002000000
        """),
    Request(
        "ip -6 route show", Route.listing(),
        """
        1c0000001a0001030500000000000000 0a0000000000000000000000
        """),
    Request(
        "ip -6 route add 2001:db8:1::77 dev eth0 proto 66 metric 1024",
        HostRoute(address: host, interface: eth0).addition(),
        """
        40000000180005060500000000000000 0a800000fe42000100000000
        1400010020010db8000100000000000000000077 0800060000040000 0800040002000000
        """),
    Request(
        "ip -6 route replace 2001:db8:1::77 dev eth0 proto 66 metric 1024",
        HostRoute(address: host, interface: eth0).replacement(),
        """
        40000000180005050500000000000000 0a800000fe42000100000000
        1400010020010db8000100000000000000000077 0800060000040000 0800040002000000
        """),
    Request(
        "ip -6 route del 2001:db8:1::77 dev eth0 proto 66 metric 1024",
        HostRoute(address: host, interface: eth0).removal(),
        """
        40000000190005000500000000000000 0a800000fe42000100000000
        1400010020010db8000100000000000000000077 0800060000040000 0800040002000000
        """),
    Request(
        "ip -6 route show table main proto ra", SpecificRoute.listing(of: .routerAdvertisement),
        """
        240000001a0001030500000000000000 0a000000fe09000000000000
        08000f00fe000000
        """),
    Request(
        "ip -6 route add local 2001:db8:1::77 dev lo table local proto 66 metric 1024",
        LocalRoute.addition(to: host),
        """
        40000000180005060500000000000000 0a800000ff42000200000000
        1400010020010db8000100000000000000000077 0800060000040000 0800040001000000
        """),
    Request(
        "ip -6 route del local 2001:db8:1::77 dev lo table local proto 66 metric 1024",
        LocalRoute.removal(to: host),
        """
        40000000190005000500000000000000 0a800000ff42000200000000
        1400010020010db8000100000000000000000077 0800060000040000 0800040001000000
        """),
    Request(
        "ip -6 route replace unreachable 2001:db8:100::/56 proto dhcp metric 1024",
        UnreachableRoute(InterfaceAddress("2001:db8:100::/56")!).addition(),
        """
        40000000180005050500000000000000 0a3800000010000700000000
        1400010020010db8010000000000000000000000 08000f00fe000000 0800060000040000
        """),
    Request(
        "ip -6 route del unreachable 2001:db8:100::/56 proto dhcp metric 1024",
        UnreachableRoute(InterfaceAddress("2001:db8:100::/56")!).removal(),
        """
        40000000190005000500000000000000 0a3800000010000700000000
        1400010020010db8010000000000000000000000 08000f00fe000000 0800060000040000
        """),
    Request(
        "ip -6 route show table all type unreachable proto dhcp", UnreachableRoute.listing(),
        """
        1c0000001a0001030500000000000000 0a0000000010000700000000
        """),
]

private let addresses = [
    Request(
        "ip -6 addr add 2001:db8:1::10/64 dev eth0", address().addition(),
        """
        48000000140005060500000000000000 0a40000002000000
        1400020020010db8000100000000000000000010 1400010020010db8000100000000000000000010 0800080000000000
        """),
    Request(
        "ip -6 addr add 2001:db8:1::10/64 dev eth0 nodad noprefixroute",
        // Permanent, not tentative any more, with a route of its manager's.
        address { $0.flags = 0x280 }.addedAgain(withoutDetection: true).addition(),
        """
        48000000140005060500000000000000 0a40000002000000
        1400020020010db8000100000000000000000010 1400010020010db8000100000000000000000010 0800080002020000
        """),
    Request(
        "ip -6 addr add 2001:db8:1::10/64 dev eth0 optimistic",
        address { $0.flags = 0xc0 }.addedOptimistically().addition(),
        """
        48000000140005060500000000000000 0a40000002000000
        1400020020010db8000100000000000000000010 1400010020010db8000100000000000000000010 0800080004000000
        """),
    Request(
        "ip -6 addr replace 2001:db8:1::10/64 dev eth0 preferred_lft 0 valid_lft 7200",
        address { ($0.preferredLifetime, $0.validLifetime) = (0, 7200) }.replacement(),
        """
        5c000000140005050500000000000000 0a40000002000000
        1400020020010db8000100000000000000000010 1400010020010db8000100000000000000000010 0800080000000000
        1400060000000000201c00000000000000000000
        """),
    Request(
        "ip -6 addr replace 2001:db8:1::10/64 dev eth0 preferred_lft forever valid_lft forever",
        address().replacement(),
        """
        5c000000140005050500000000000000 0a40000002000000
        1400020020010db8000100000000000000000010 1400010020010db8000100000000000000000010 0800080000000000
        14000600ffffffffffffffff0000000000000000
        """),
    Request(
        "ip -6 addr del 2001:db8:1::10/64 dev eth0", address { $0.flags = 0x80 }.removal(),
        """
        40000000150005000500000000000000 0a40000002000000
        1400020020010db8000100000000000000000010 1400010020010db8000100000000000000000010
        """),
    Request(
        "ip -6 addr show dev eth0", Address.listing(of: eth0),
        """
        18000000160001030500000000000000 0a00000002000000
        """),
]

private let neighbors = [
    Request(
        "ip -6 neigh add proxy 2001:db8:1::77 dev eth0 protocol 66",
        ProxyNeighbor(interface: eth0, address: host).addition(),
        """
        380000001c0005040500000000000000 0a0000000200000000000800
        1400010020010db8000100000000000000000077 05000c0042000000
        """),
    Request(
        "ip -6 neigh del proxy 2001:db8:1::77 dev eth0", ProxyNeighbor(interface: eth0, address: host).removal(),
        """
        300000001d0005000500000000000000 0a0000000200000000000800
        1400010020010db8000100000000000000000077
        """),
    Request(
        "ip -6 neigh show proxy", ProxyNeighbor.listing(),
        """
        1c0000001e0001030500000000000000 0a0000000000000000000800
        """),
    Request(
        "ip -6 neigh del 2001:db8:1::77 dev eth0", Neighbor(interface: eth0, address: host, state: 4).removal(),
        """
        300000001d0005000500000000000000 0a0000000200000000000000
        1400010020010db8000100000000000000000077
        """),
    Request(
        "ip -6 neigh show dev eth0", Neighbor.listing(on: eth0),
        """
        240000001e0001030500000000000000 0a0000000000000000000000
        0800080002000000
        """),
    Request(
        "ip -6 neigh get 2001:db8:1::77 dev eth0", Neighbor.query(host, on: eth0),
        """
        300000001e0001000500000000000000 0a0000000200000000000000
        1400010020010db8000100000000000000000077
        """),
    Request(
        "ip -6 neigh change 2001:db8:1::77 dev eth0 nud probe", Neighbor.probe(host, on: eth0),
        """
        300000001c0005010500000000000000 0a0000000200000010000000
        1400010020010db8000100000000000000000077
        """),
    Request(
        "ip -6 neigh add 2001:db8:1::77 dev eth0 use", Neighbor.resolution(of: host, on: eth0),
        """
        300000001c0005040500000000000000 0a0000000200000000000100
        1400010020010db8000100000000000000000077
        """),
    Request(
        "ip ntable change name ndisc_cache dev eth0 proxy_delay 0",
        NeighborTable.delayingProxies(on: eth0, milliseconds: 0),
        """
        3c000000430005000500000000000000 0a000000
        100001006e646973635f636163686500 1800068008000100020000000c000d000000000000000000
        """),
]

private let links = [
    Request(
        "ip link show", Link.listing(),
        """
        20000000120001030500000000000000 00000000000000000000000000000000
        """),
    Request(
        "ip link show dev eth0", Link.query(InterfaceName("eth0")!),
        """
        2c000000120001000500000000000000 00000000000000000000000000000000
        090003006574683000000000
        """),
]

@Suite("Requests")
struct GoldenRequestTests {
    @Test("a request has these bytes", arguments: routes + addresses + neighbors + links)
    fileprivate func request(_ row: Request) { #expect(row.bytes == row.expected) }
}
