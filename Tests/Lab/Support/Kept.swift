import Foundation
import Testing

// What makes a kept uplink: a guard, accept_ra, a default route that comes back.

extension Host {
    func isActive(_ unit: String) throws -> Bool {
        try run("systemctl is-active '\(unit)'").standardOutput == "active\n"
    }

    /// When a unit became active, in microseconds since the machine's boot.
    func activation(of unit: String) throws -> Int {
        Int(try succeed("systemctl show -P ActiveEnterTimestampMonotonic '\(unit)'")) ?? 0
    }

    func acceptRA(of interface: String = "eth0") throws -> String {
        try succeed("cat '/proc/sys/net/ipv6/conf/\(interface)/accept_ra'")
    }

    func hasForwarding() throws -> Bool {
        try succeed("cat /proc/sys/net/ipv6/conf/all/forwarding") == "1"
    }

    func hasLibvirtNetwork() throws -> Bool {
        try run("virsh -q net-list --name").standardOutput.split { $0.isWhitespace }.contains { $0 == HostPlan.network }
    }

    /// Whether any process of keep6's runs, for this interface or at all.
    func hasProcess(for interface: String = "") throws -> Bool {
        // The brackets keep the pattern from matching the shell that looks for it.
        try run("ps -eo args | grep -q '[/]usr/libexec/keep6/.*\(interface)'").succeeded
    }
}

extension Lab {
    /// Requires that no echo to the host, or to a guest of it, is lost by a shell line that disturbs it, nor in the
    /// `seconds` after it.
    func requireNoLoss(
        after line: String, for seconds: Double = 1, at address: String = Uplink.eth0.address,
        of guest: Guest? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outage = try outage(after: line, for: seconds, at: address, of: guest)
        try #require(outage.lost == 0, "\(outage)", sourceLocation: sourceLocation)
    }

    /// Requires that what a shell line takes away is put back at once: echoes are lost only until the guard has run, which
    /// is when the machine lets it. Left to itself, such a host is off for half a second at least; how long it takes with
    /// keep6 is measured by `make survival` and `make bench`.
    func requireRepair(
        after line: String, for seconds: Double = 1, at address: String = Uplink.eth0.address,
        of guest: Guest? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outage = try outage(after: line, for: seconds, at: address, of: guest)
        try #require(outage.total <= 0.2, "\(outage)", sourceLocation: sourceLocation)
    }

    /// What of an echo every 5 ms is lost by a shell line, carried out right after a reply, and in the `seconds` after it.
    private func outage(
        after line: String, for seconds: Double, at address: String, of guest: Guest?
    ) throws -> EchoStream.Outage {
        let host = try #require(host)
        let command = try ReadyCommand(line, in: host)
        let meter = try EchoStream(
            from: .internet(of: provider), to: guest.map { .guest($0, at: address) } ?? .host(host, at: address))
        usleep(100_000)
        try meter.waitForAnswer()
        try command.go()
        usleep(UInt32(seconds * 1_000_000))
        return meter.finish()
    }

    /// Has the guard do what nothing else does: put back a default route while the router says nothing. The router
    /// then speaks again, and the host is left with the route it learns.
    func proveGuard(of interface: String = "eth0", at address: String = Uplink.eth0.address) throws {
        let host = try #require(host)
        try eventually("the guard of '\(interface)' is active") { try host.isActive("keep6@\(interface).service") }
        try host.restoreLearntRoute(by: interface)
        provider.silenceRouter()
        try host.succeed("ip -6 route del default dev '\(interface)'")
        try eventually("the deleted default route by '\(interface)' is put back", within: 3) {
            try host.defaultRoutes(by: interface).contains { $0.isOurs }
        }
        try #require(try provider.reaches(address, within: 3))
        try provider.restartRouter()
        try host.restoreLearntRoute(by: interface)
        try #require(try host.isActive("keep6@\(interface).service"))
    }
}
