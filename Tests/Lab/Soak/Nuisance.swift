// What a soaked host goes through, one at a time and in random order; each leaves a router and a way to it behind.
import Foundation
import TestSupport

struct Nuisance: Sendable {
    typealias Strike = @Sendable (Lab, Host, inout SeededGenerator) throws -> Void

    let title: String
    /// How often the guard's process is killed by it.
    var kills = 0
    /// Whether another guard runs afterwards.
    var endsGuard: @Sendable (Manager) -> Bool = { _ in false }
    /// Removes what remains of it and only the administrator would remove, in a shell.
    var cleaning: String?
    let strike: Strike

    init(_ title: String, _ strike: @escaping Strike) {
        self.title = title
        self.strike = strike
    }

    /// One that a shell line on the host is.
    init(_ title: String, line: @escaping @Sendable (Manager) -> String) {
        self.init(title) { _, host, _ in _ = try host.run(line(host.manager)) }
    }

    init(_ title: String, _ line: String) { self.init(title, line: { _ in line }) }

    init(_ happening: Happening, cleaning: String? = nil) {
        self.init(happening.title, happening.line)
        self.cleaning = cleaning
    }

    private func killing() -> Nuisance {
        var copy = ending { _ in true }
        copy.kills = 1
        return copy
    }

    private func ending(_ endsGuard: @escaping @Sendable (Manager) -> Bool) -> Nuisance {
        var copy = self
        copy.endsGuard = endsGuard
        return copy
    }

    static let all = ofHost + ofRouter + ofPrograms
    static let guardUnit = "keep6@eth0.service"
    private static let forwarding = "\(Happening.settings)/all/forwarding"

    private static let ofHost = [
        Nuisance(.routeDeleted),
        Nuisance(.routesFlushed),
        Nuisance(
            .wrongRoute, cleaning: "ip -6 route del default via \(Happening.deadGateway) dev eth0 proto boot"),
        Nuisance("forwarding off and on", "echo 0 >\(forwarding); echo 1 >\(forwarding)"),
        Nuisance(.forwarding),
        Nuisance(
            "libvirt network stopped and started",
            "virsh -q net-destroy \(HostPlan.network); virsh -q net-start \(HostPlan.network)"),
        Nuisance(.addressDeleted),
        Nuisance("MTU changed", "ip link set eth0 mtu 1400; sleep 0.1; ip link set eth0 mtu 1500"),
    ]

    private static let ofRouter = [
        Nuisance("carrier off for up to 1.5 s") { lab, _, random in
            try lab.provider.interruptCarrier(for: Double.random(in: 0..<1.5, using: &random))
        },
        Nuisance("router silent for 1 s, default route deleted meanwhile") { lab, host, random in
            lab.provider.silenceRouter()
            _ = try host.run(Happening.routeDeleted.line)
            Thread.sleep(forTimeInterval: 1)
            try lab.provider.startRouter(Router(isTalkative: .random(using: &random)))
        },
        Nuisance("router withdrawn for 1 s") { lab, _, random in
            // One that advertises itself only when asked says nothing when it goes.
            try lab.provider.startRouter()
            lab.provider.withdrawRouter()
            Thread.sleep(forTimeInterval: 1)
            try lab.provider.startRouter(Router(isTalkative: .random(using: &random)))
        },
        Nuisance("router replaced by another, and back") { lab, _, random in
            let provider = lab.provider
            try provider.startRouter()
            provider.withdrawRouter()
            try provider.startOtherRouter()
            guard try provider.reaches(Uplink.eth0.address, within: Int(Soak.limit)) else {
                throw LabFailure(description: "the host does not use the other router")
            }
            provider.withdrawRouter()
            try provider.restoreRouter(Router(isTalkative: .random(using: &random)))
        },
    ]

    private static let ofPrograms = [
        Nuisance(
            "networkctl reload, or the guard's",
            line: {
                $0 == .networkd ? "networkctl reload" : "systemctl reload \(guardUnit)"
            }),
        Nuisance(
            "networkd restarted, or systemd executed again",
            line: {
                $0 == .networkd ? "systemctl restart systemd-networkd.service" : "systemctl daemon-reexec"
            }),
        Nuisance("uplink reconfigured by its manager", line: { $0.renewal() }).ending { $0 == .ifupdown },
        Nuisance(.guardKilled).killing(),
        Nuisance(.guardKilledBlind).killing(),
        Nuisance("guard restarted", "systemctl restart \(guardUnit)").ending { _ in true },
    ]
}
