// The rows of the survival table.
import Foundation
import TestSupport

struct Disruption: Sendable {
    let title: String
    let measure: @Sendable (Trial) throws -> Cell

    init(_ title: String, _ measure: @escaping @Sendable (Trial) throws -> Cell) {
        self.title = title
        self.measure = measure
    }

    /// One that a shell line on the host is.
    init(_ title: String, _ line: String) {
        self.init(title) { trial in
            Cell(try trial.watch { _ = try trial.host.run(line) })
        }
    }

    init(_ happening: Happening) { self.init(happening.title, happening.line) }

    /// One whose shell line fails only on a host that is not as it should be.
    init(surely happening: Happening) {
        self.init(happening.title) { trial in
            Cell(try trial.watch { try trial.host.succeed(happening.line) })
        }
    }

    /// One that only a host with keep6 can have.
    init(ofGuard happening: Happening) {
        let sure = Disruption(surely: happening)
        self.init(happening.title) { trial in trial.setup.hasKeep6 ? try sure.measure(trial) : .absent }
    }

    static let all = ofHost + ofRouter + ofUplink + ofPrograms

    private static let forwardingOn = "echo 1 >\(Happening.settings)/all/forwarding"
    private static let deleteRoute = Happening.routeDeleted.line

    private static let ofHost = [
        Disruption("libvirt network started") { trial in
            if trial.setup.startsNetwork { try trial.host.succeed("virsh -q net-destroy \(HostPlan.network)") }
            let outage = try trial.watch { _ = try trial.host.run("virsh -q net-start \(HostPlan.network)") }
            let refusal = Cell.Flaw(text: "libvirt refuses it", brief: "refused")
            return Cell(outage, flaw: try trial.host.hasLibvirtNetwork() ? nil : refusal)
        },
        Disruption("forwarding turned on by another program", forwardingOn),
        Disruption(surely: .forwarding),
        Disruption(.routeDeleted),
        Disruption("the same where the router advertises itself every 3 to 4 s") { trial in
            try trial.lab.provider.startRouter(Router())
            // Past the advertisement with which it begins.
            Thread.sleep(forTimeInterval: 1)
            return Cell(try trial.watch { try trial.host.succeed(deleteRoute) })
        },
        Disruption(.routesFlushed),
        Disruption(
            "default route deleted ten times a second for 5 s",
            "for n in $(seq 50); do \(deleteRoute) 2>/dev/null; sleep 0.1; done"),
        Disruption(.wrongRoute),
        Disruption(.addressDeleted),
    ]

    private static let ofRouter = [
        Disruption("router that advertises itself only when asked, lifetime 20 s, watched for 50 s") { trial in
            try trial.reset(with: Router(isTalkative: false, lifetime: 20))
            return Cell(try trial.watch(quiet: 50, limit: 50) {})
        },
        Disruption("router replaced by another, the old one withdraws itself") { trial in
            // One that advertises itself only when asked says nothing when it goes.
            try trial.lab.provider.startRouter()
            return try replaceRouter(trial) { $0.withdrawRouter() }
        },
        Disruption("router replaced by another, the old one dies without a word, watched for up to 60 s") { trial in
            try replaceRouter(trial) { $0.silenceRouter() }
        },
        Disruption("500 advertisements a second for 5 s from another host, lifetime 0") { trial in
            Cell(try trial.watch { try trial.lab.provider.sendFalseAdvertisements() })
        },
    ]

    private static func replaceRouter(_ trial: Trial, _ end: (Provider) -> Void) throws -> Cell {
        Cell(
            try trial.watch(limit: 60) {
                end(trial.lab.provider)
                try trial.lab.provider.startOtherRouter()
            })
    }

    private static let ofUplink = [
        Disruption("carrier off for 2 s") { trial in
            Cell(try trial.watch { try trial.lab.provider.interruptCarrier(for: 2) })
        },
        Disruption("interface set down and up again", "ip link set eth0 down; ip link set eth0 up"),
        Disruption(
            "IPv6 turned off and on again on the interface",
            "cd \(Happening.settings)/eth0; echo 1 >disable_ipv6; echo 0 >disable_ipv6"),
        Disruption("MTU of the interface changed", "ip link set eth0 mtu 1400"),
        Disruption("uplink reconfigured by its manager") { trial in
            try trial.patiently { Cell(try trial.watch { _ = try trial.host.run(trial.setup.renewal, within: 90) }) }
        },
        Disruption("manager restarted") { trial in
            try trial.patiently { Cell(try trial.watch { _ = try trial.host.run(trial.setup.restart, within: 90) }) }
        },
    ]

    private static let ofPrograms = [
        Disruption(ofGuard: .guardKilled),
        Disruption(ofGuard: .guardKilledBlind),
        Disruption("ip6tables rules saved, libvirt network started, rules restored: libvirt's rules for it") { trial in
            guard let firewall = trial.setup.firewall else { return .absent }
            try trial.host.succeed("ip6tables -A INPUT -p tcp --dport 22 -j ACCEPT; \(firewall.save)")
            try trial.host.succeed("virsh -q net-start \(HostPlan.network)")
            let count = "ip6tables-save | grep -c virbr6 || true"
            let before = try trial.host.succeed(count)
            _ = try trial.host.run(firewall.restore)
            return Cell(rulesBefore: Int(before) ?? 0, after: Int(try trial.host.succeed(count)) ?? 0)
        },
    ]
}
