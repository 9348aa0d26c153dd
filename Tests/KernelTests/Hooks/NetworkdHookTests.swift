// The handler for networkd-dispatcher, and the program that starts guards without it.
import Configuration
import Foundation
import Internet
import Linux
import TestSupport
import Testing

@Suite("The networkd handler", .needsRoot)
struct NetworkdHookTests {
    private static let file = """
        [Match]
        Name=eth0
        [Network]
        Address=2001:db8:1::10/64
        IPv6AcceptRA=yes
        [X-Keep6]

        """

    /// A host whose networkd would apply this file.
    private func host(_ text: String = file) throws -> KeptHost {
        let host = try KeptHost("mkdir -p /run/systemd/network")
        try write(text, on: host)
        return host
    }

    private func write(_ text: String, on host: KeptHost) throws {
        let path = host.file("/run/systemd/network/10-eth0.network")
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    private func handle(_ interface: String, on host: KeptHost) throws -> KeptHost.Outcome {
        try host.run("networkd-hook", environment: ["IFACE": interface, "STATE": "routable"])
    }

    private func wish(on host: KeptHost) throws -> String {
        try String(contentsOfFile: host.path("eth0.wish"), encoding: .utf8)
    }

    @Test("stores the wish of the .network file, with what networkd does itself")
    func kept() throws {
        let host = try host()
        try host.host.sh("echo 0 >/proc/sys/net/ipv6/conf/eth0/accept_ra")
        #expect(try handle("eth0", on: host).code == 0)
        let kept = try KeptUplink(text: wish(on: host))
        #expect(kept.manager == .networkd && kept.networkdHandlesAdvertisements)
        #expect(kept.staticAddresses == [InterfaceAddress("2001:db8:1::10/64")!])
        #expect(try host.acceptRA() == 0)
    }

    @Test("puts accept_ra back to 0 where networkd handles router advertisements, and to 2 where the kernel does")
    func acceptRA() throws {
        let host = try host()
        try host.host.sh("echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_ra")
        _ = try handle("eth0", on: host)
        #expect(try host.acceptRA() == 0)
        try write(Self.file.replacingOccurrences(of: "IPv6AcceptRA=yes", with: "IPv6AcceptRA=no"), on: host)
        try host.host.sh("echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_ra")
        _ = try handle("eth0", on: host)
        #expect(try host.acceptRA() == 2)
    }

    @Test("says what is wrong in the file once, with its line, and takes the rest")
    func complaints() throws {
        let host = try host(Self.file + "AcceptRA=banana\nWait=7\n")
        let place = "keep6: 'eth0': /run/systemd/network/10-eth0.network:7: "
        #expect(try handle("eth0", on: host).errors.filter { $0.hasPrefix(place) }.count == 1)
        #expect(try wish(on: host).contains("keep6-wait 7"))
        #expect(try handle("eth0", on: host).errors.filter { $0.hasPrefix(place) } == [])
    }

    @Test("takes everything back when the section is gone")
    func gone() throws {
        let host = try host(Self.file + "Address=2001:db8:1::20/64\n")
        try host.host.sh("echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_ra; ip addr add 2001:db8:1::20/64 dev eth0")
        _ = try handle("eth0", on: host)
        try write(Self.file.replacingOccurrences(of: "[X-Keep6]", with: ""), on: host)
        #expect(try handle("eth0", on: host).code == 0)
        #expect(host.stateFiles.isEmpty)
        #expect(try !host.run("/usr/sbin/ip", ["-6", "addr"]).output.contains { $0.contains("2001:db8:1::20") })
        // What networkd sets on each of its links, whatever keep6 found when it came first.
        #expect(try host.acceptRA() == 0)
    }

    @Test("ends what no file has kept any more, and waits for what a file spells out")
    func misspelt() throws {
        let host = try host(Self.file.replacingOccurrences(of: "Name=eth0", with: "Name=wan0"))
        #expect(try host.run("networkd-watch").code == 0)
        #expect(host.stateFiles == ["wan0.wish"])
        try write(Self.file.replacingOccurrences(of: "Name=eth0", with: "Name=wan1"), on: host)
        #expect(try host.run("networkd-watch").code == 0)
        #expect(host.stateFiles == ["wan1.wish"])
    }

    @Test("keeps a link under its own name, though the file has an alternative one")
    func alternativeName() throws {
        let host = try host(Self.file.replacingOccurrences(of: "Name=eth0", with: "Name=enp0s3"))
        try host.host.sh("ip link property add dev eth0 altname enp0s3")
        #expect(try host.run("networkd-watch").code == 0)
        #expect(host.stateFiles == ["eth0.wish"])
    }

    @Test("does nothing for other links, for names that are none, and without a file")
    func nothing() throws {
        let host = try host()
        #expect(try handle("lo", on: host).code == 0)
        #expect(try handle("gone0", on: host).code == 0)
        for name in ["", "..", "a/b", "eth0:1", "x%y", "interface-of-sixteen"] {
            let outcome = try handle(name, on: host)
            #expect(outcome.code == 1 && outcome.errors.count == 1, "'\(name)'")
        }
        #expect(host.stateFiles.isEmpty)
        let other = try KeptHost()
        #expect(try handle("eth0", on: other).errors == [])
        #expect(other.stateFiles.isEmpty)
    }

    @Test("leaves an uplink to ifupdown that a stanza keeps already")
    func ifupdown() throws {
        let host = try host()
        #expect(try host.hook("pre-up").code == 0)
        let stored = try wish(on: host)
        let outcome = try handle("eth0", on: host)
        #expect(outcome.errors.contains { $0.contains("Let only one of the two configure it.") })
        #expect(try wish(on: host) == stored)
    }

    @Test("networkd-watch keeps links that are there, that will be there, and that a pattern fits, and then waits")
    func watch() throws {
        let host = try host()
        try "[Match]\nName=late* eth7\n[X-Keep6]\n".write(
            toFile: host.file("/run/systemd/network/20-late.network"), atomically: false, encoding: .utf8)
        let watch = try host.start("networkd-watch")
        // Without systemd it cannot start a guard, and says so once the wish is stored.
        try watch.errors.line(with: "'eth7': ")
        #expect(host.stateFiles.contains("eth0.wish") && host.stateFiles.contains("eth7.wish"))
        try host.host.sh("ip link add other0 type veth peer name late0")
        try watch.errors.line(with: "'late0': ")
        #expect(host.stateFiles.contains("late0.wish"))
        #expect(!host.stateFiles.contains("other0.wish"))
        try host.host.sh("ip link set late0 down name later0")
        try watch.errors.line(with: "'later0': ")
        #expect(host.stateFiles == ["eth0.wish", "eth7.wish", "later0.wish"])
        kill(watch.pid, SIGTERM)
        #expect(try watch.waitForEnd() == 0)
    }

    @Test("networkd-watch ends where no pattern can fit a link that comes later")
    func watchEnds() throws {
        let host = try host()
        #expect(try host.run("networkd-watch").code == 0)
        #expect(host.stateFiles.contains("eth0.wish"))
    }
}
