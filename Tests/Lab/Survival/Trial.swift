// A host of one setup, online and undisturbed, to be disturbed and watched from the internet.
import Foundation
import TestSupport

final class Trial {
    let setup: Setup
    let lab: Lab
    let host: Host
    let echoes: EchoStream
    private let guest: DelegatedGuest?
    private let acceptRA: String

    /// Boots the host, with a router that advertises itself only when it is asked.
    init(_ setup: Setup, _ release: DebianRelease, in lab: Lab) throws {
        self.setup = setup
        self.lab = lab
        let host = try lab.switchOn(setup.plan(release, comesUp: false))
        self.host = host
        try lab.provider.restoreRouter()
        guest = setup.hasGuest ? try DelegatedGuest(in: lab) : nil
        try guest?.startServer()
        try host.waitForBoot()
        echoes = try EchoStream(from: .internet(of: lab.provider), to: guest?.end ?? .host(host), patience: 0.25)
        try guest?.plug(into: host)
        // Half a minute of sleep is a part of the recipe.
        if setup == .recipe {
            try host.succeed("echo auto eth0 >>/etc/network/interfaces")
            try lab.idle { _ = try host.succeed("ifup eth0", within: 90) }
        }
        acceptRA = try host.acceptRA()
        try requireUndisturbed()
    }

    deinit {
        echoes.stop()
    }

    /// Undoes whatever the last disruption did; throws where only another boot would.
    func reset(with router: Router = Router(isTalkative: false)) throws {
        try lab.provider.restoreRouter(router)
        let lines = [
            setup.startsNetwork ? "true" : "virsh -q net-destroy \(HostPlan.network)",
            setup.forwards ? "true" : "echo 0 >\(Happening.settings)/all/forwarding", "ip link set eth0 mtu 1500",
            "ip -6 neigh flush dev eth0",
            "ip -6 route del default via \(Happening.deadGateway) dev eth0",
            "echo \(acceptRA) >\(Happening.settings)/eth0/accept_ra", setup.reset,
        ]
        _ = try host.run(lines.joined(separator: "; "), within: 30)
        try requireUndisturbed()
    }

    private func requireUndisturbed() throws {
        try eventually("the default route is the router's own, alone", within: 15) {
            let routes = try host.defaultRoutes()
            return routes.count == 1 && !routes[0].isOurs
        }
        let limit = setup.hasGuest ? 60.0 : 10
        guard try host.acceptRA() == acceptRA, echoes.waitUntilUnbroken(for: 0.5, within: limit) else {
            throw LabFailure(description: "the host is not as it was before")
        }
    }

    /// What a disruption does to the host: watched until no echo has been lost for `quiet` seconds, or for `limit`.
    func watch(quiet: Double = 3, limit: Double = 12, _ disturb: () throws -> Void) throws -> EchoStream.Outage {
        let start = EchoStream.now()
        try disturb()
        let end = EchoStream.now()
        if echoes.waitUntilUnbroken(for: quiet, since: end, within: 4) { return echoes.outage(since: start) }
        // A host that is not back by then has nothing to do but to wait.
        return lab.idle {
            _ = echoes.waitUntilUnbroken(for: quiet, since: end, within: limit)
            return echoes.outage(since: start)
        }
    }

    /// What takes the recipe half a minute of sleep; another host may be disturbed meanwhile.
    func patiently<Value>(_ body: () throws -> Value) rethrows -> Value {
        setup == .recipe ? try lab.idle(body) : try body()
    }
}
