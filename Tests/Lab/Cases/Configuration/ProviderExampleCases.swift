import Foundation
import Testing

/// The examples that docs/providers.md explains, each on a host at such a provider, after a boot with the libvirt network
/// on autostart.
@Suite struct ProviderExampleCases {
    private static let uplink = Uplink.eno1
    /// What the kernel makes of the hardware address.
    private static let linkLocal = "fe80::ff:fe00:10"

    /// The uplink's file for a manager.
    private func file(_ kind: String, _ manager: Manager) throws -> ExampleFile {
        try ExampleFile("\(kind)/\(manager == .ifupdown ? "interfaces" : "uplink.network")")
    }

    /// Boots a host with the examples of one kind, at a provider that `preparation` makes of that kind.
    private func boot(
        _ lab: Lab, _ release: DebianRelease, _ manager: Manager, _ kind: String, preparation: () throws -> Void
    ) throws -> Host {
        let (uplink, guests) = (try file(kind, manager), try ExampleFile("\(kind)/guests.xml"))
        let host = try lab.switchOn(HostPlan(release, manager, uplink, guests: guests))
        try preparation()
        try host.waitForBoot()
        for example in [uplink, guests] { try host.requireInstalled(example) }
        try eventually("the libvirt network is active", within: 20) {
            try host.run("virsh -q net-list --name").standardOutput.contains(ExampleFile.network)
        }
        return host
    }

    private func requireOnlineGuest(_ lab: Lab, in prefix: String) throws -> (guest: AutonomousGuest, address: String) {
        let host = try #require(lab.host)
        let guest = try AutonomousGuest(on: ExampleFile.bridge, of: host)
        let address = try guest.address(in: prefix)
        try guest.requireOnline(from: address, by: lab.provider)
        return (guest, address)
    }

    /// Has the guard put back what nobody advertises.
    private func provePinnedGateway(_ lab: Lab, _ gateway: String, at address: String) throws {
        let host = try #require(lab.host)
        try host.deleteDefaultRoute(by: Self.uplink.name)
        try eventually("the default route via '\(gateway)' is put back", within: 3) {
            try host.defaultRoutes(by: Self.uplink.name).contains { $0.isOurs && $0.gateway == gateway }
        }
        try #require(try lab.provider.reaches(address, within: 5))
    }

    // MARK: - The kinds

    /// The router advertises itself and no prefix of the host's; all of the /56 is routed to the host.
    @Test(
        "Scaleway Dedibox: a prefix delegated by DUID, a default route by router advertisement",
        arguments: DebianRelease.allCases, Manager.allCases)
    func dedibox(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let address = "2001:db8:100::1"
            var server: DelegationServer?
            defer { server?.stop() }
            let host = try boot(lab, release, manager, "dedibox") {
                try lab.provider.namespace.run(
                    "ip", "-6", "route", "add", "2001:db8:100::/56", "via", Self.linkLocal, "dev", Self.uplink.farEnd)
                server = try DelegationServer(at: lab.provider, of: Self.uplink)
                try server?.start([DelegationCases.duid: DelegationCases.prefix])
                try lab.provider.startRouter()
            }
            try lab.idle { try host.waitForDelegation(DelegationCases.prefix, within: 60) }
            let rules = try ExampleFile("rules.v6")
            try host.requireInstalled(rules)
            try host.succeed("keep6 firewall import '\(rules.installed)' && keep6 firewall restore")
            try #require(try host.succeed("ip6tables -S INPUT").contains("-P INPUT DROP"))
            try #require(try lab.provider.reaches(address, within: 10))
            let (guest, its) = try requireOnlineGuest(lab, in: "2001:db8:100:1:")
            try host.requireNothingWrong()
            try lab.proveGuard(of: Self.uplink.name, at: address)
            try guest.requireOnline(from: its, by: lab.provider)
            try requireRivalNamed(on: host)
        }
    }

    /// What the provider's page has people enable, left over.
    private func requireRivalNamed(on host: Host) throws {
        let unit = "[Service]\nExecStart=/sbin/dhclient -cf /etc/dhcp/dhclient6.conf -6 -P -v eno1\n"
        try host.write(unit, to: "/etc/systemd/system/dhclient.service")
        try host.succeed(
            "cd /etc/systemd/system && mkdir -p network.target.wants && ln -s ../dhclient.service network.target.wants/"
        )
        try requireWarning("'systemctl disable --now dhclient.service'", on: host)
    }

    /// The provider has no address and no route on the link but that of the host's /64, by the host's link-local address.
    @Test(
        "Hetzner: a fixed link-local gateway, a /64 routed to the host",
        arguments: zip([DebianRelease.trixie, .bookworm], Manager.allCases))
    func hetzner(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let (address, prefix) = ("2001:db8:2::2", "2001:db8:2:")
            let link = lab.provider.namespace
            let host = try boot(lab, release, manager, "hetzner") {
                try link.run("ip", "-6", "addr", "flush", "dev", Self.uplink.farEnd, "scope", "global")
                try link.run(
                    "ip", "-6", "route", "add", "\(prefix):/64", "via", Self.linkLocal, "dev", Self.uplink.farEnd)
            }
            let wire = try Wire(at: lab.provider, of: Self.uplink)
            try #require(try lab.provider.reaches(address, within: 10))
            let (guest, its) = try requireOnlineGuest(lab, in: "\(prefix)0:")
            try host.requireNothingWrong()
            try provePinnedGateway(lab, Provider.gateway, at: address)
            try guest.requireOnline(from: its, by: lab.provider)
            // The switch takes frames of the server's own link-layer address alone, and the router looks for nobody of the
            // /64; whether the host, whose questions it answers, is still there, it may ask it.
            try #require(wire.sent.contains { $0.contains("> \(its): ICMP6, echo request") }, "\(wire.sent)")
            let asked = wire.sent.filter { $0.contains("who has \(prefix)") && $0.contains(" > 33:33:") }
            try #require(asked.isEmpty, "\(asked)")
            let foreign = wire.received.filter { !$0.hasPrefix("\(Self.uplink.hardwareAddress) > ") }
            try #require(!wire.received.isEmpty && foreign.isEmpty, "\(foreign)")
            try requireLengthNamed(on: host)
        }
    }

    /// What customers of such a provider write, and what leaves their guests unreached.
    private func requireLengthNamed(on host: Host) throws {
        let files = "/etc/network/interfaces.d/eno1 /etc/systemd/network/50-eno1.network"
        try host.succeed("for file in \(files); do [ ! -e $file ] || sed -i 's,::2/128,::2/64,' $file; done")
        try requireWarning("routes the prefix to this host, write '2001:db8:2::2/128'", on: host)
    }

    private func requireWarning(_ words: String, on host: Host) throws {
        let check = try host.run("keep6 check")
        try #require(check.status == 1 && check.standardOutput.contains(words), "\(check.story)")
    }

    /// The /64 is on the router's link, and its own address is not in it.
    @Test(
        "OVHcloud: a gateway outside the /64, which is on the link",
        arguments: zip([DebianRelease.trixie, .bookworm], Manager.allCases))
    func ovh(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let (address, prefix) = ("2001:db8:1:20::1", "2001:db8:1:20:")
            let gateway = "2001:db8:1:ff:ff:ff:ff:ff"
            let link = lab.provider.namespace
            let host = try boot(lab, release, manager, "ovh") {
                try link.run("ip", "-6", "addr", "flush", "dev", Self.uplink.farEnd, "scope", "global")
                try link.run("ip", "addr", "add", "\(gateway)/128", "dev", Self.uplink.farEnd, "nodad")
                try link.run("ip", "-6", "route", "add", "\(prefix):/64", "dev", Self.uplink.farEnd)
            }
            let wire = try Wire(at: lab.provider, of: Self.uplink)
            try #require(try lab.provider.reaches(address, within: 10))
            let (guest, its) = try requireOnlineGuest(lab, in: prefix)
            try host.requireNothingWrong()
            try provePinnedGateway(lab, gateway, at: address)
            try guest.requireOnline(from: its, by: lab.provider)
            try #require(wire.sent.contains { $0.contains("who has \(its),") }, "\(wire.sent)")
        }
    }

    @Test(
        "A provider with router advertisements and a /64 on the link",
        arguments: zip([DebianRelease.trixie, .bookworm], Manager.allCases))
    func plain(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try boot(lab, release, manager, "plain") { try lab.provider.startRouter() }
            try host.waitForLearntRoute(by: Self.uplink.name)
            try #require(try lab.provider.reaches(Self.uplink.address, within: 10))
            let (guest, its) = try requireOnlineGuest(lab, in: "2001:db8:1:0:")
            try host.requireNothingWrong()
            try lab.proveGuard(of: Self.uplink.name, at: Self.uplink.address)
            try guest.requireOnline(from: its, by: lab.provider)
        }
    }

    @Test("The same with nothing but an address that the host makes itself", arguments: [Manager.ifupdown])
    func autonomous(_ manager: Manager) async {
        await lab { lab in
            let name = manager == .ifupdown ? "slaac-interfaces" : "slaac.network"
            let example = try ExampleFile("plain/\(name)")
            let host = try lab.bootOnline(
                HostPlan(.trixie, manager, example), by: [Self.uplink.name], router: Router(isAutonomous: true))
            try host.requireInstalled(example)
            try #require(try lab.provider.reaches(Self.uplink.ownAddress, within: 10))
            try host.requireNothingWrong()
            try lab.proveGuard(of: Self.uplink.name, at: Self.uplink.ownAddress)
        }
    }
}
