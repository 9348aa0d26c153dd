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
    /// Requires that no echo to the host, or to a guest of it, is lost by a shell line that disturbs it, nor in the `seconds` after it.
    ///
    /// The line is carried out right after a reply. Where there is a window at all, which is where there is something to
    /// prepare, a few lost echoes have all done again, twice at most.
    func requireNoLoss(
        after line: String, for seconds: Double = 1, at address: String = Uplink.eth0.address,
        of guest: Guest? = nil,
        sourceLocation: SourceLocation = #_sourceLocation, preparation: (() throws -> Void)? = nil
    ) throws {
        let host = try #require(host)
        for attempt in 1...3 {
            try preparation?()
            let command = try ReadyCommand(line, in: host)
            let meter = try EchoStream(
                from: .internet(of: provider), to: guest.map { .guest($0, at: address) } ?? .host(host, at: address))
            usleep(100_000)
            try meter.waitForAnswer()
            try command.go()
            usleep(UInt32(seconds * 1_000_000))
            let outage = meter.finish()
            // A repair takes a part of the time between two echoes, and longer where the machine is busy with others.
            if outage.lost <= 20 && outage.lost > 0 && preparation != nil && attempt < 3 { continue }
            try #require(outage.lost == 0, "\(outage), attempt \(attempt)", sourceLocation: sourceLocation)
            return
        }
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
