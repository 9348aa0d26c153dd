import Foundation
import Testing

/// Guests of a libvirt network that is numbered from the delegated prefix: online, and renumbered with it.
@Suite struct GuestNetworkCases {
    private static let first = "2001:db8:100::/56"
    private static let second = "2001:db8:200::/56"

    private func plan(_ release: DebianRelease, forward: String = "<forward mode='route'/>") -> HostPlan {
        let stanza = Uplink.eth0.stanza(
            "keep6 yes", "keep6-delegation \(DelegationCases.duid)", "keep6-guests \(HostPlan.network):7")
        var plan = HostPlan(release, interfaces: stanza)
        plan.libvirtNetwork = .onAutostart
        plan.libvirtForward = forward
        plan.advertisesToGuests = true
        return plan
    }

    /// A host that is delegated the first prefix.
    private func boot(
        _ lab: Lab, _ plan: HostPlan, _ lifetimes: DelegationServer.Lifetimes = DelegationServer.Lifetimes()
    ) throws -> (server: DelegationServer, host: Host) {
        let host = try lab.switchOn(plan)
        let server = try DelegationServer(at: lab.provider)
        try server.start([DelegationCases.duid: Self.first], lifetimes)
        try lab.provider.startRouter()
        for prefix in [Self.first, Self.second] { try lab.provider.route(prefix) }
        try host.waitForBoot()
        try eventually("the libvirt network is active") { try host.hasLibvirtNetwork() }
        return (server, host)
    }

    /// The same with a guest on the network that has an address of the prefix.
    private func bootWithGuest(
        _ lab: Lab, _ plan: HostPlan, _ lifetimes: DelegationServer.Lifetimes = DelegationServer.Lifetimes()
    ) throws -> (server: DelegationServer, guest: Guest) {
        let (server, _) = try boot(lab, plan, lifetimes)
        let guest = try lab.addGuest()
        try waitForAddress(of: guest, in: "2001:db8:100:7:")
        return (server, guest)
    }

    private func waitForAddress(of guest: Guest, in prefix: String) throws {
        try eventually("a guest has an address of '\(prefix)'", within: 40) {
            try preferredAddress(of: guest, in: prefix) != nil
        }
    }

    private func preferredAddress(of guest: Guest, in prefix: String) throws -> String? {
        let addresses = try guest.namespace.run("ip", "-6", "-o", "addr", "show", "dev", "eth0", "-deprecated")
        let words = addresses.split { $0 == " " || $0 == "/" }.map(String.init)
        return words.first { $0.hasPrefix(prefix) }
    }

    /// Both ways, for libvirt has rules for each.
    private func requireOnline(_ lab: Lab, _ guest: Guest, in prefix: String) throws {
        let address = try #require(try preferredAddress(of: guest, in: prefix))
        try eventually("the guest reaches the internet from '\(address)'", within: 20) {
            try guest.namespace.command(["ping", "-6", "-q", "-c", "1", "-W", "1", "-I", address, Provider.internet])
                .run(within: 10).succeeded
        }
        try #require(try lab.provider.reaches(address, within: 5))
    }

    @Test(
        "A guest is online by the delegated prefix, behind libvirt's rules", arguments: DebianRelease.allCases,
        ["<forward mode='route'/>", "<forward mode='nat'/>", "<forward mode='open'/>"])
    func online(_ release: DebianRelease, _ forward: String) async {
        await lab { lab in
            let (server, guest) = try bootWithGuest(lab, plan(release, forward: forward))
            defer { server.stop() }
            try requireOnline(lab, guest, in: "2001:db8:100:7:")
            let host = try #require(lab.host)
            try #require(try host.status().contains("guests          'lan6' (virbr6) 2001:db8:100:7::/64"))
            try host.succeed("virsh net-destroy \(HostPlan.network); virsh net-start \(HostPlan.network)")
            try host.namespace.run("ip", "link", "set", "vnet0", "master", "virbr6", "up")
            try requireOnline(lab, guest, in: "2001:db8:100:7:")
            try host.succeed("ip6tables-save >/root/rules; ifdown eth0")
            try #require(try !host.succeed("ip6tables-save; ip -6 addr show dev virbr6").contains("2001:db8:100:7:"))
        }
    }

    @Test("A network is prepared, as keep6 check says", arguments: DebianRelease.allCases)
    func prepared(_ release: DebianRelease) async {
        await lab { lab in
            var plan = plan(release)
            plan.advertisesToGuests = false
            let (server, host) = try boot(lab, plan)
            defer { server.stop() }
            let network = HostPlan.network
            try #require(try host.run("keep6 check 2>&1").standardOutput.contains("'keep6 guests prepare \(network)'"))
            let shown = try host.run("echo n | keep6 guests prepare \(network)")
            try #require(shown.status == 1 && shown.standardOutput.contains("constructor:virbr6"), "\(shown)")
            try #require(try !host.succeed("virsh net-dumpxml --inactive \(network)").contains("constructor"))
            try host.succeed("keep6 guests prepare --yes \(network)")
            try #require(try host.succeed("virsh net-dumpxml --inactive \(network)").contains("constructor:virbr6"))
            try #require(try host.succeed("keep6 guests prepare \(network)").contains("is prepared"))
            try #require(try host.succeed("cat /var/lib/keep6/networks/*").contains("<bridge name='virbr6'"))
            try #require(try host.run("keep6 check").succeeded)
            let guest = try lab.addGuest()
            try waitForAddress(of: guest, in: "2001:db8:100:7:")
            try requireOnline(lab, guest, in: "2001:db8:100:7:")
        }
    }

    @Test("Another prefix is delegated: guests leave the old one", arguments: DebianRelease.allCases)
    func renumbered(_ release: DebianRelease) async {
        await lab { lab in
            let (server, guest) = try bootWithGuest(lab, plan(release), .short)
            let old = try #require(try preferredAddress(of: guest, in: "2001:db8:100:7:"))
            let connection = try EchoStream(from: .internet(of: lab.provider), to: .guest(guest, at: old))
            try server.start([DelegationCases.duid: Self.second], .short, hasForgotten: true)
            try waitForAddress(of: guest, in: "2001:db8:200:7:")
            try eventually("the old address is deprecated", within: 20) {
                try preferredAddress(of: guest, in: "2001:db8:100:7:") == nil
            }
            try requireOnline(lab, guest, in: "2001:db8:200:7:")
            // What was open goes on, for as long as the provider routes the old prefix.
            let outage = connection.finish()
            try #require(outage.lost == 0, "\(outage)")
            server.stop()
        }
    }

    @Test(
        "Another prefix is delegated while the host is off", arguments: DebianRelease.allCases
    )
    func renumberedByReboot(_ release: DebianRelease) async {
        await lab { lab in
            let (server, guest) = try bootWithGuest(lab, plan(release))
            let host = try #require(lab.host)
            try host.powerOff()
            // The namespace is there before and after, where a machine would begin with nothing.
            _ = try host.namespace.command(["ip", "link", "del", "virbr6"]).run()
            try server.start([DelegationCases.duid: Self.second], hasForgotten: true)
            try host.switchOn()
            try host.waitForBoot()
            try eventually("the libvirt network is active") { try host.hasLibvirtNetwork() }
            try host.namespace.run("ip", "link", "set", "vnet0", "master", "virbr6", "up")
            try waitForAddress(of: guest, in: "2001:db8:200:7:")
            try eventually("the old address is deprecated", within: 60) {
                try preferredAddress(of: guest, in: "2001:db8:100:7:") == nil
            }
            try requireOnline(lab, guest, in: "2001:db8:200:7:")
            server.stop()
        }
    }
}
