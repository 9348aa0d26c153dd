// What `keep6 doctor` makes of states and of answers: each step's verdict, the first problem, the exit code.
import Firewall
import Internet
import NeighborDiscovery
import Netlink
import TestSupport
import Testing

@testable import Configuration
@testable import Presentation
@testable import StateMachines

private struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let step: String
    let verdict: Step.Verdict
    let words: String
    let command: String?
    let change: @Sendable (inout Patient) -> Void

    init(
        _ name: String, _ step: String, _ verdict: Step.Verdict, _ words: String, _ command: String? = nil,
        _ change: @escaping @Sendable (inout Patient) -> Void
    ) {
        testDescription = name
        self.step = step
        self.verdict = verdict
        self.words = words
        self.command = command
        self.change = change
    }
}

@Suite struct DiagnosisTests {
    private static let listening = "tcpdump -ni eth0 icmp6"
    private static let inputRule = "ip6tables -I INPUT -p ipv6-icmp -j ACCEPT"

    private static let nearRows: [Case] = [
        Case("no interface", "link", .failure, "no interface 'eth0'", "ip -brief link") {
            $0.hasNoLink = true
        },
        Case("down", "link", .failure, "the link is down", "ip link set eth0 up") { $0.world.link.flags = 0 },
        Case("no carrier", "link", .failure, "the link has no carrier", "ip -s link show eth0") {
            $0.world.link.flags = 1
        },
        Case("a duplicate", "address", .failure, "2001:db8:1::10 is a duplicate: ", "ifdown eth0 && ifup eth0") {
            $0.world.addresses[1].flags = 0x08
        },
        Case("one duplicate of two", "address", .warning, "2001:db8:1::10 is a duplicate: ") {
            $0.world.addresses[1].flags = 0x08
            $0.world.addresses.append(Address(interface: World.index, value: InterfaceAddress("2001:db8::7/64")!))
        },
        Case("tentative", "address", .failure, "2001:db8:1::10 is tentative: ", "keep6 doctor eth0") {
            $0.world.addresses[1].flags = 0x40
        },
        Case("no address", "address", .failure, "there is no global address", "networkctl reconfigure eth0") {
            $0.manager = .networkd
            $0.world.addresses.removeLast()
        },
        Case("unique local address", "address", .failure, "there is no global address", "ifdown eth0 && ifup eth0") {
            $0.world.addresses = $0.world.addresses.map {
                Address(interface: $0.interface, value: InterfaceAddress("fd00::\($0.value.address.low)/64")!)
            }
        },
        Case(
            "accept_ra 1", "accept_ra", .warning, "accept_ra is 1, and should be 2",
            "sysctl -w net/ipv6/conf/eth0/accept_ra=2"
        ) { $0.world.acceptRA = 1 },
        Case(
            "accept_ra 0", "accept_ra", .warning, "accept_ra is 0, and no program",
            "sysctl -w net/ipv6/conf/eth0/accept_ra=2"
        ) { patient in
            patient.world.acceptRA = 0
            patient.world.routes = []
        },
        Case("accept_ra as configured", "accept_ra", .ok, "0, as configured; router advertisements go to nobody") {
            patient in
            patient.world.acceptRA = 0
            patient.wish.acceptRA = .fixed(0)
            patient.world.routes = []
        },
        Case("forwarding", "forwarding", .ok, "on") { $0.world.forwarding = true },
        Case("no guard", "guard", .warning, "the guard does not run", "systemctl restart keep6@eth0.service") {
            $0.guardRuns = false
        },
    ]

    private static let farRows: [Case] = [
        Case("silence", "router heard", .warning, "no router advertisement in 4 s after", listening) {
            $0.found.advertisement = .silence
        },
        Case("a firewall's silence", "router heard", .warning, "the firewall drops every router adv", inputRule) {
            $0.found.advertisement = .silence
            $0.drop([.routerAdvertisement])
        },
        Case("a drop that does not matter", "router heard", .ok, "fe80::1 advertises itself, lifetime 1800 s") {
            $0.drop([.routerAdvertisement])
        },
        Case("no default router", "router heard", .warning, "fe80::1 says that it is not a default router", listening) {
            $0.found.advertisement = .came((Patient.router, 0))
        },
        Case("another router", "router heard", .warning, "fe80::1 advertises itself, but is not a") {
            $0.wish.routers = [World.routers[1]]
        },
        Case("pinned", "router heard", .skipped, "the gateway is pinned") {
            $0.found.advertisement = .notAsked("the gateway is pinned, none is needed")
        },
        Case("not allowed", "router heard", .skipped, "cannot listen for router advertisements: open x: no") {
            $0.found.advertisement = .failed("open x: no")
        },
        Case("a dead router", "router reached", .failure, "fe80::1 does not answer neighbor sol", listening) {
            $0.found.neighbor = .came(false)
        },
        Case("a firewall's dead router", "router reached", .failure, "the firewall drops every neighbor", inputRule) {
            $0.found.neighbor = .came(false)
            $0.drop([.neighborAdvertisement])
        },
        Case(
            "no route", "default route", .failure, "there is no default route",
            "journalctl -u keep6@eth0.service -n 20"
        ) { $0.world.routes = [] },
        Case(
            "no route, no guard", "default route", .failure, "there is no default route",
            "systemctl restart keep6@eth0.service"
        ) {
            $0.world.routes = []
            $0.guardRuns = false
        },
        Case("keep6's own", "default route", .warning, "the default route is keep6's own") {
            $0.world.routes[0].routeProtocol = .keep6
        },
        Case("pinned, keep6's own", "default route", .ok, "via fe80::1 metric 1024, keep6's own") {
            $0.world.routes[0].routeProtocol = .keep6
            $0.wish.defaultRoute = .gateway(Patient.router)
        },
        Case("none configured", "default route", .skipped, "none is configured") { $0.wish.defaultRoute = .off },
        Case("beyond", "beyond", .ok, "2001:7fd::1 answers, after 1 ms") { _ in },
        Case("no answer", "beyond", .failure, "no answer from 2001:7fd::1 in 3 s", "traceroute -6 -n 2001:7fd::1") {
            $0.found.echo = .silence
        },
        Case("a firewall's no answer", "beyond", .warning, "the firewall drops every echo reply", inputRule) {
            $0.found.echo = .silence
            $0.drop([.echoReply])
        },
        Case("unreachable", "beyond", .failure, "2001:7fd::1: host unreachable, said by fe80::2") {
            $0.found.echo = .came(.error(type: 1, code: 3, from: World.routers[1]))
        },
        Case("unreachable from here", "beyond", .failure, "2001:7fd::1: host unreachable, said by this host") {
            $0.found.echo = .came(.error(type: 1, code: 3, from: IPv6Address("2001:db8:1::10")!))
        },
        Case("cannot be sent", "beyond", .failure, "cannot send an echo to 2001:7fd::1: x: y") {
            $0.found.echo = .failed("x: y")
        },
    ]

    private static let default0 = NetworkName("default")!
    private static let prefix = DelegatedPrefix(InterfaceAddress("2001:db8:100::/56")!)

    private static func numbered(_ texts: [String]) -> GuestStatus {
        GuestStatus(
            network: default0, bridge: InterfaceName("virbr0"),
            addresses: texts.map { Address(interface: World.index, value: InterfaceAddress($0)!) })
    }

    private static let serviceRows: [Case] = [
        Case("no prefix configured", "delegation", .skipped, "no prefix is configured") { _ in },
        Case(
            "no prefix", "delegation", .warning, "no prefix is delegated",
            "journalctl -u keep6-delegation@eth0.service -n 20"
        ) { $0.wish.guests = [GuestSubnet("default")!] },
        Case(
            "no client", "delegation", .warning, "dhcpcd is not installed",
            "apt install dhcpcd-base && systemctl restart keep6-delegation@eth0.service"
        ) {
            $0.wish.guests = [GuestSubnet("default")!]
            $0.found.hasClient = false
        },
        Case("networkd's", "delegation", .warning, "no prefix is", "journalctl -u systemd-networkd -n 20") {
            $0.wish.guests = [GuestSubnet("default")!]
            $0.manager = .networkd
        },
        Case("a prefix", "delegation", .ok, "2001:db8:100::/56, 60 s left") {
            var prefix = prefix
            prefix.validUntil = $0.world.now.advanced(by: .seconds(60))
            $0.delegated = [prefix]
        },
        Case("a network that is not there", "guests", .warning, "'default' is not up", "virsh net-start default") {
            $0.guests = [GuestStatus(network: default0, bridge: nil, addresses: [])]
            $0.found.libvirtNetworks = [default0]
        },
        Case("a bridge that is not there", "guests", .warning, "'default' is not", "ifup default") {
            $0.proxies = [ProxyStatus(network: default0, bridge: nil, count: 0)]
        },
        Case("not numbered", "guests", .warning, "has no part of", "systemctl reload keep6@eth0.service") {
            $0.world.forwarding = true
            $0.delegated = [prefix]
            $0.guests = [numbered([])]
        },
        Case(
            "no forwarding", "guests", .warning, "forwarding is off, so", "sysctl -w net.ipv6.conf.all.forwarding=1"
        ) {
            $0.delegated = [prefix]
            $0.guests = [numbered(["2001:db8:100::1/64"])]
        },
        Case("numbered", "guests", .ok, "'default' (virbr0) 2001:db8:100::/64") {
            $0.world.forwarding = true
            $0.delegated = [prefix]
            $0.guests = [numbered(["2001:db8:100::1/64"])]
        },
        Case("open", "firewall", .ok, "lets in all ICMPv6 that RFC 4890 requires") { _ in },
        Case("too big", "firewall", .warning, "ip6tables drops packet too big (INPUT, the policy DROP)", inputRule) {
            $0.drop([.packetTooBig])
        },
        Case("neighbors", "firewall", .failure, "drops neighbor solicitation, echo request", inputRule) {
            $0.drop([.neighborSolicitation, .echoRequest])
        },
        Case(
            "the other back end", "firewall", .warning, "ip6tables-legacy drops packet too big (INPUT",
            "ip6tables-legacy -I INPUT -p ipv6-icmp -j ACCEPT"
        ) { $0.drop([.packetTooBig], by: "ip6tables-legacy") },
        Case("both back ends", "firewall", .failure, "ip6tables-nft drops neighbor solicitation (INPUT") {
            $0.drop([.packetTooBig])
            $0.drop([.neighborSolicitation], by: "ip6tables-nft")
        },
        Case("all", "firewall", .failure, "ip6tables drops all required ICMPv6", inputRule) {
            $0.drop(ICMPv6Message.allCases)
        },
        Case(
            "forwarded", "firewall", .warning, "ip6tables drops forwarded packet too big (FORWARD, ",
            "ip6tables -I FORWARD -p ipv6-icmp -j ACCEPT"
        ) { $0.drop([.packetTooBig], isForwarded: true) },
        Case("perhaps", "firewall", .skipped, "cannot tell whether echo request is let in") {
            $0.found.firewall = .came([MessageFate(.echoRequest, isForwarded: false, .cannotTell)])
        },
        Case("perhaps forwarded", "firewall", .ok, "cannot tell whether errors get through to guests") {
            $0.found.firewall = .came([MessageFate(.packetTooBig, isForwarded: true, .cannotTell)])
        },
        Case("not readable", "firewall", .skipped, "cannot read its rules: x") { $0.found.firewall = .failed("x") },
    ]

    @Test(arguments: nearRows + farRows + serviceRows)
    private func step(_ row: Case) throws {
        var patient = Patient()
        row.change(&patient)
        let step = try #require(patient.diagnosis.steps.first { $0.name == row.step })
        #expect(step.verdict == row.verdict)
        #expect(step.words.contains(row.words), "\(step.words)")
        if let command = row.command { #expect(step.remedy?.command == command) }
        #expect((step.remedy != nil) == !step.isWell, "what is not well has a remedy")
        let screen = patient.diagnosis.screen(isColored: false)
        #expect(screen.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(screen)")
    }

    @Test func allIsWell() {
        let diagnosis = Patient().diagnosis
        #expect(diagnosis.code == 0)
        let lines = diagnosis.screen(isColored: false).split(separator: "\n")
        #expect(lines.first == "eth0:" && lines.last == "eth0: all is well.")
        #expect(lines.contains("  ok    link            up, with carrier"))
        #expect(
            diagnosis.json.description.hasPrefix(#"{"uplink":"eth0","state":"well","first_problem":null,"steps":["#))
        #expect(diagnosis.screen(isColored: true).contains("\n  \u{1b}[32mok\u{1b}[0m    link   "))
    }

    @Test func theFirstProblemAlongThePathIsNamed() {
        var patient = Patient()
        patient.guardRuns = false
        #expect(patient.diagnosis.code == 1)
        #expect(
            patient.diagnosis.screen(isColored: false).hasSuffix(
                "eth0: the guard does not run; start it:\n    systemctl restart keep6@eth0.service\n"))
        patient.world.link.flags = 1
        #expect(patient.diagnosis.code == 2)
        #expect(patient.diagnosis.screen(isColored: false).hasSuffix("    ip -s link show eth0\n"))
        #expect(patient.diagnosis.json.description.contains(#""state":"down","first_problem":{"step":"link","#))
    }

    @Test func whatIsAskedFollowsFromTheState() {
        var patient = Patient()
        #expect(patient.status.reasonNotToSolicit == nil && patient.status.reasonNotToEcho == nil)
        #expect(patient.status.router(heard: World.routers[1]) == Patient.router)
        #expect(patient.status.waysThrough.isEmpty)
        patient.world.forwarding = true
        #expect(patient.status.waysThrough == [.forward(outBy: nil, to: nil)])
        patient.wish.defaultRoute = .gateway(World.routers[2])
        #expect(patient.status.reasonNotToSolicit == "the gateway is pinned, none is needed")
        patient.world.routes = []
        #expect(patient.status.router(heard: nil) == World.routers[2])
        #expect(patient.status.reasonNotToEcho == "there is no default route")
        patient.wish.defaultRoute = .routerAdvertisement
        #expect(patient.status.router(heard: World.routers[1]) == World.routers[1])
        #expect(patient.status.reasonNotToProbe(nil) == "no router is known")
        patient.world.link.flags = 1
        #expect(patient.status.reasonNotToSolicit == "the link is not up")
    }
}
