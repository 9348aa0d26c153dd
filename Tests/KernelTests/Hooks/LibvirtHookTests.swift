// libvirt's network hook: accept_ra put right before libvirt looks at it, whatever else is wrong.
import Foundation
import Internet
import Linux
import TestSupport
import Testing

@Suite("The libvirt hook", .needsRoot)
struct LibvirtHookTests {
    private let start = ["default", "start", "begin", "-"]
    private let second = InterfaceName("eth1")!

    /// A host with two kept uplinks, whose accept_ra was set to 1 since.
    private func host() throws -> KeptHost {
        let host = try KeptHost()
        try host.host.sh("ip link add eth1 type veth peer name eth1-far")
        #expect(try host.hook("pre-up").code == 0)
        #expect(try host.hook("pre-up", ["IFACE": "eth1", "IF_KEEP6_DEFAULT_ROUTE": "off"]).code == 0)
        try host.host.sh("echo 1 | tee /proc/sys/net/ipv6/conf/eth[01]/accept_ra >/dev/null")
        return host
    }

    @Test("sets accept_ra to 2 on every kept uplink before a network starts, and on no other interface")
    func begin() throws {
        let host = try host()
        let outcome = try host.run("libvirt-hook", start)
        #expect(outcome.code == 0 && outcome.errors == [] && outcome.output == [])
        #expect(try host.acceptRA() == 2)
        #expect(try host.acceptRA(second) == 2)
        #expect(try host.acceptRA(InterfaceName("eth1-far")!) == 1)
    }

    @Test("does so with a torn wish as well, and says that it is torn")
    func torn() throws {
        let host = try host()
        for name in ["eth0.wish", "gone0.wish", "no interface.wish", "..wish", ".wish"] {
            try "keep6-wi".write(toFile: host.path(name), atomically: false, encoding: .utf8)
        }
        let outcome = try host.run("libvirt-hook", start)
        #expect(outcome.code == 0)
        #expect(outcome.errors.contains { $0.hasPrefix("keep6: 'eth0': /run/keep6/eth0.wish cannot be read") })
        #expect(try host.acceptRA() == 2)
        #expect(try host.acceptRA(second) == 2)
    }

    @Test("leaves alone what a wish wants otherwise")
    func fixed() throws {
        let host = try host()
        #expect(try host.hook("pre-up", ["IF_KEEP6_ACCEPT_RA": "0"]).code == 0)
        let outcome = try host.run("libvirt-hook", start)
        #expect(outcome.code == 0 && outcome.errors == [])
        #expect(try host.acceptRA() == 0)
    }

    @Test(
        "lets libvirt start a network although the kernel learnt routes before it was told not to",
        arguments: [["default", "started", "begin", "-"], ["default", "stopped", "end", "-"]])
    func leftOverRoutes(_ afterwards: [String]) throws {
        let host = try KeptHost()
        #expect(try host.hook("pre-up").code == 0)
        try host.advertise(speaksUnasked: true)
        try host.waitForLearntRoute()
        #expect(try host.hook("pre-up", ["IF_KEEP6_ACCEPT_RA": "0"]).code == 0)
        #expect(try host.acceptRA() == 0)
        #expect(try host.run("libvirt-hook", start).code == 0)
        #expect(try host.acceptRA() == 2)
        #expect(try host.run("libvirt-hook", afterwards).code == 0)
        #expect(try host.acceptRA() == 0)
    }

    @Test("ends with 0 and says nothing without uplinks, and for operations it has no part in")
    func nothingToDo() throws {
        let empty = try KeptHost()
        #expect(try empty.run("libvirt-hook", start).code == 0)
        #expect(empty.stateFiles.isEmpty)
        let host = try host()
        let calls = [
            [], ["default"], ["default", "start"], ["default", "stopped", "end", "-"],
            ["%s", "port-created", "begin", "-"], ["", "", "", ""],
        ]
        for arguments in calls {
            let outcome = try host.run("libvirt-hook", arguments)
            #expect(outcome.code == 0 && outcome.errors == [], "\(arguments)")
        }
        #expect(try host.acceptRA() == 1)
    }

    @Test("ends with 0 when a network has started and systemd does not answer")
    func withoutSystemd() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        let outcome = try host.run("libvirt-hook", ["default", "started", "begin", "-"])
        #expect(outcome.code == 0 && outcome.errors.count == 1)
        #expect(outcome.errors.first?.contains("the guards see by themselves what the kernel does.") == true)
        #expect(try keeper.end() == 0)
    }
}
