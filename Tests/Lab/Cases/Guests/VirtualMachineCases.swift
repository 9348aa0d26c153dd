// A real virtual machine on a network that is numbered from the delegated prefix: the other cases' guests are namespaces.
import Foundation
import Testing

@Suite(.enabled(if: VirtualMachine.canRun, "needs an x86-64 machine with /dev/net/tun, for a virtual machine"))
struct VirtualMachineCases {
    private static let network = "guests"
    private static let address = VirtualMachine.address(in: "2001:db8:100:7:")

    /// What is done to its host, with the router silent unless it is asked: nothing comes back by itself.
    private static let disruptions = [
        (title: "forwarding written again", line: "echo 1 >/proc/sys/net/ipv6/conf/all/forwarding"),
        (title: "default route deleted", line: "ip -6 route del default"),
        (title: "another libvirt network started", line: "virsh -q net-start \(HostPlan.network)"),
        (title: "guard killed", line: "systemctl kill -s KILL keep6@eth0.service"),
        (title: "uplink set up anew", line: "ifdown eth0 && ifup eth0"),
    ]

    @Test("A virtual machine is online by the delegated prefix, whatever is done to its host")
    func online() async {
        await lab { lab in
            var plan = HostPlan(
                .trixie,
                interfaces: Uplink.eth0.stanza(
                    "keep6 yes", "keep6-delegation \(DelegationCases.duid)", "keep6-guests \(Self.network):7"))
            plan.addGuestNetwork(Self.network, number: 7)
            VirtualMachine.prepare(&plan)
            let host = try lab.switchOn(plan)
            let server = try DelegationServer(at: lab.provider)
            defer { server.stop() }
            try server.start([DelegationCases.duid: DelegationCases.prefix])
            try lab.provider.route(DelegationCases.prefix)
            try lab.provider.startRouter(Router(isTalkative: false))
            try host.waitForBoot()
            try eventually("libvirt has started '\(Self.network)'", within: 20) {
                try host.succeed("virsh -q net-list --name").contains(Self.network)
            }
            let machine = try VirtualMachine(on: Self.network, of: host)
            do { try requireOnline(machine, lab) } catch {
                throw LabFailure(description: "\(error)\n\(machine.story)")
            }
        }
    }

    private func requireOnline(_ machine: VirtualMachine, _ lab: Lab) throws {
        // Where KVM does not help, on a busy machine.
        try eventually("the virtual machine is reached at '\(Self.address)'", within: 120) {
            try lab.provider.reaches(Self.address, within: 1)
        }
        try eventually("the virtual machine reaches the internet", within: 20) { try machine.hasReachedInternet() }
        for (title, line) in Self.disruptions {
            let echoes = try Echoes(to: Self.address, from: lab.provider)
            try lab.host?.succeed(line)
            try eventually("the virtual machine is reached again: \(title)", within: 40) {
                try lab.provider.reachesUnbroken(Self.address)
            }
            print("Virtual machine, \(title): \(try echoes.finish())")
        }
    }
}

/// Echoes to a virtual machine, every 10 ms until they are ended: its kernel answers them, and no socket of the machine's.
private struct Echoes {
    private let program: Program
    private let file: String

    init(to address: String, from provider: Provider) throws {
        let run = try Run.current.get()
        file = "\(run.directory)/\(run.number()).echoes"
        let ping = ["ping", "-6", "-q", "-n", "-i", "0.01", "-I", Provider.internet, address]
        program = try Program(provider.namespace.command(ping), standardOutput: file)
        let file = file
        // It says so before its first echo.
        try eventually("ping begins") { try String(contentsOfFile: file, encoding: .utf8).contains("PING") }
    }

    /// What came of them, in ping's own words.
    func finish() throws -> String {
        program.signal(SIGINT)
        program.wait()
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        return lines.first { $0.contains("transmitted") }.map(String.init) ?? "ping has counted nothing"
    }
}

extension Provider {
    /// Whether each echo of a second comes back.
    fileprivate func reachesUnbroken(_ address: String) throws -> Bool {
        try namespace.command(
            ["ping", "-6", "-q", "-n", "-c", "100", "-i", "0.01", "-w", "10", "-I", Self.internet, address]
        ).run(within: 15).standardOutput.contains(" 0% packet loss")
    }
}
