// What a soaked host goes through, one at a time and in random order; each leaves a router and a way to it behind.
import Foundation
import TestSupport

enum Nuisance: String, CaseIterable, Sendable {
    case routeDeleted = "default route deleted"
    case routesFlushed = "default routes flushed"
    case routeReplaced = "default route replaced by one through a dead gateway"
    case forwardingFlipped = "forwarding off and on"
    case acceptRASetBack = "accept_ra set back to 1, forwarding written"
    case networkRestarted = "libvirt network stopped and started"
    case addressDeleted = "static address deleted"
    case carrierLost = "carrier off for up to 1.5 s"
    case mtuChanged = "MTU changed"
    case routerSilent = "router silent for 1 s, default route deleted meanwhile"
    case routerWithdrawn = "router withdrawn for 1 s"
    case routerReplaced = "router replaced by another, and back"
    case reloaded = "networkctl reload, or the guard's"
    case managerReexecuted = "networkd restarted, or systemd executed anew"
    case renewed = "uplink reconfigured by its manager"
    case guardKilled = "guard killed (kill -9)"
    case guardKilledBlind = "guard killed, default route deleted at once"
    case guardRestarted = "guard restarted"

    /// Whether another guard runs afterwards.
    func endsGuard(of manager: Manager) -> Bool {
        switch self {
        case .guardKilled, .guardKilledBlind, .guardRestarted: true
        case .renewed: manager == .ifupdown
        default: false
        }
    }

    /// How often the guard's process is killed by it.
    var kills: Int { self == .guardKilled || self == .guardKilledBlind ? 1 : 0 }

    func strike(_ lab: Lab, _ host: Host, _ random: inout SeededGenerator) throws {
        let provider = lab.provider
        let manner = Router(isTalkative: .random(using: &random))
        switch self {
        case .carrierLost: try provider.interruptCarrier(for: Double(Int.random(in: 0..<1500, using: &random)) / 1000)
        case .routerSilent:
            provider.silenceRouter()
            _ = try host.run(Self.deleteRoute)
            Thread.sleep(forTimeInterval: 1)
            try provider.startRouter(manner)
        case .routerWithdrawn:
            // One that advertises itself only when asked says nothing when it goes.
            try provider.startRouter()
            provider.withdrawRouter()
            Thread.sleep(forTimeInterval: 1)
            try provider.startRouter(manner)
        case .routerReplaced:
            try provider.startRouter()
            provider.withdrawRouter()
            try provider.startOtherRouter()
            guard try provider.reaches(Uplink.eth0.address, within: Int(Soak.limit)) else {
                throw LabFailure(description: "the other router is not taken")
            }
            provider.withdrawRouter()
            try provider.restoreRouter(manner)
        default: _ = try host.run(line(for: host.manager))
        }
    }

    /// What remains of it that is nobody's business to remove but the administrator's.
    func tidyUp(_ host: Host) throws {
        guard self == .routeReplaced else { return }
        _ = try host.run("ip -6 route del default via \(Trial.deadGateway) dev eth0 proto boot")
    }

    private static let deleteRoute = "ip -6 route del default"
    private static let kill = "systemctl kill -s KILL \(guardUnit)"
    static let guardUnit = "keep6@eth0.service"

    /// As a shell line on the host.
    private func line(for manager: Manager) -> String {
        let forwarding = "\(Trial.settings)/all/forwarding"
        switch self {
        case .routeDeleted: return Self.deleteRoute
        case .routesFlushed: return "ip -6 route flush default"
        case .routeReplaced: return "ip -6 route replace default via \(Trial.deadGateway) dev eth0"
        case .forwardingFlipped: return "echo 0 >\(forwarding); echo 1 >\(forwarding)"
        case .acceptRASetBack: return "echo 1 >\(Trial.settings)/eth0/accept_ra; echo 1 >\(forwarding)"
        case .networkRestarted:
            return "virsh -q net-destroy \(HostPlan.network); virsh -q net-start \(HostPlan.network)"
        case .addressDeleted: return "ip -6 addr del \(Uplink.eth0.address)/64 dev eth0"
        case .mtuChanged: return "ip link set eth0 mtu 1400; sleep 0.1; ip link set eth0 mtu 1500"
        case .reloaded: return manager == .networkd ? "networkctl reload" : "systemctl reload \(Self.guardUnit)"
        case .managerReexecuted:
            return manager == .networkd ? "systemctl restart systemd-networkd.service" : "systemctl daemon-reexec"
        case .renewed: return manager.renewal()
        case .guardKilled: return Self.kill
        case .guardKilledBlind: return "\(Self.kill); \(Self.deleteRoute)"
        case .guardRestarted: return "systemctl restart \(Self.guardUnit)"
        case .carrierLost, .routerSilent, .routerWithdrawn, .routerReplaced: return "true"
        }
    }
}
