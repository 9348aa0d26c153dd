// How one uplink is: judged from the kernel's state and the guard's memory, for people and for programs.
import Configuration
import Internet
import Netlink
import StateMachines
import Text

/// What `keep6 status` tells of one uplink.
package struct Status: Sendable {
    package enum Level: Int32, Sendable {
        case well = 0
        case degraded = 1
        case down = 2

        fileprivate var color: Color {
            switch self {
            case .well: .green
            case .degraded: .yellow
            case .down: .red
            }
        }
    }

    let kept: KeptUplink
    let snapshot: Snapshot
    let memory: GuardMemory
    let guardRuns: Bool
    let delegated: [DelegatedPrefix]
    let now: Instant
    /// One for each network of `keep6-proxy`.
    let proxies: [ProxyStatus]
    /// One for each network of `keep6-guests`.
    let guests: [GuestStatus]

    package init(
        _ kept: KeptUplink, snapshot: Snapshot, memory: GuardMemory, guardRuns: Bool, delegated: [DelegatedPrefix] = [],
        proxies: [ProxyStatus] = [], guests: [GuestStatus] = [], at now: Instant
    ) {
        self.proxies = proxies
        self.guests = guests
        self.kept = kept
        self.snapshot = snapshot
        self.memory = memory
        self.guardRuns = guardRuns
        self.delegated = delegated
        self.now = now
    }

    package var uplink: InterfaceName { kept.wish.uplink }
    package var link: Link? { snapshot.link }
    package var wish: Wish { kept.wish }

    /// The first line's verdict: why it is not well, the worst first; empty if it is.
    package var troubles: [String] {
        var troubles: [String] = []
        guard let link = snapshot.link else { return ["there is no such interface"] }
        if !link.hasCarrier { troubles.append(link.isUp ? "no carrier" : "the link is down") }
        if snapshot.routes.isEmpty, kept.wish.defaultRoute != .off { troubles.append("no default route") }
        if !snapshot.hasGlobal { troubles.append("no usable global address") }
        if !guardRuns { troubles.append("the guard does not run") }
        if snapshot.acceptRA == 1, kept.wish.acceptRA != .fixed(1) {
            troubles.append("accept_ra is 1, which loses the default route once forwarding is on")
        }
        if isOnSubstitute { troubles.append(Status.onSubstitute) }
        if kept.wish.delegation != nil, delegated.isEmpty { troubles.append("no prefix is delegated") }
        for guest in guests where guest.bridge != nil && !guest.isNumbered && !delegated.isEmpty {
            troubles.append(guest.unnumbered)
        }
        return troubles
    }

    package var level: Level {
        guard let link = snapshot.link, link.hasCarrier, snapshot.hasGlobal else { return .down }
        if snapshot.routes.isEmpty, kept.wish.defaultRoute != .off { return .down }
        return troubles.isEmpty ? .well : .degraded
    }

    /// Whether there are no default routes but keep6's own, which stand in for a router's.
    var isOnSubstitute: Bool {
        !snapshot.routes.isEmpty && snapshot.routes.allSatisfy { $0.routeProtocol == .keep6 }
            && !kept.wish.defaultRoute.isPinned
    }

    static let onSubstitute = "the default route is keep6's own, until the router's is back"

    var advertisementHandler: AdvertisementHandler {
        AdvertisementHandler(
            networkdHandles: kept.networkdHandlesAdvertisements, acceptRA: snapshot.acceptRA,
            forwarding: snapshot.forwarding, routes: snapshot.routes)
    }

    /// How it is in a few words, and why it is not well.
    var verdict: String { level == .well ? "\(level)" : "\(level): \(troubles.joined(separator: "; "))" }

    /// One screen of at most 80 columns: a verdict, then a line for each thing that matters.
    package func screen(isColored: Bool) -> String {
        let head = "\(uplink): \(verdict)".wrapped(indentation: 2)
        let rest = head[0].dropFirst("\(uplink): \(level)".count)
        var lines = ["\(uplink): " + level.color.painted("\(level)", if: isColored) + rest] + head.dropFirst()
        func row(_ name: String, _ value: String) {
            lines += ("  " + name.padded(to: 16) + value).wrapped(indentation: 18)
        }
        for address in snapshot.addresses where !address.value.address.isLinkLocal { row("address", words(address)) }
        row("accept_ra", snapshot.acceptRA.map(String.init) ?? "unknown")
        row("forwarding", snapshot.forwarding.map { $0 ? "on" : "off" } ?? "unknown")
        row("RAs handled by", advertisementHandler.words)
        for route in snapshot.routes { row("default route", words(route)) }
        if snapshot.routes.isEmpty { row("default route", "none") }
        for prefix in delegated {
            row("delegated", "\(prefix.prefix)" + (lifetime(of: prefix).map { ", \($0) s left" } ?? ""))
        }
        for guest in guests { row("guests", guest.words) }
        for proxy in proxies { row("answers for", proxy.words) }
        row("guard", guardRuns ? "running" : "not running")
        row("last loss", memory.lastLoss.map(words) ?? "none")
        if level != .well { row("what to do", "'keep6 doctor \(uplink)' says, as root") }
        return lines.joined(separator: "\n") + "\n"
    }

    func words(_ address: Address) -> String {
        let state =
            address.isDuplicate
            ? "duplicate" : address.isTentative ? "tentative" : address.isDeprecated ? "deprecated" : "usable"
        return "\(address.value) \(state)"
    }

    func words(_ route: Route) -> String {
        route.name + (lifetime(of: route).map { ", \($0) s left" } ?? "")
    }

    /// What is left of the router's lifetime in seconds, by the route or by what the guard remembers.
    private func lifetime(of route: Route) -> Int64? {
        if let expires = route.expires { return Int64(expires) }
        return memory.routers.first { $0.address == route.gateway }?.expiry.map {
            max(now.duration(to: $0).components.seconds, 0)
        }
    }

    func lifetime(of prefix: DelegatedPrefix) -> Int64? {
        prefix.validUntil.map { max(now.duration(to: $0).components.seconds, 0) }
    }

    private func words(_ loss: Loss) -> String {
        let ago = loss.at.duration(to: now).words
        guard let outage = loss.outage else { return "\(ago) ago, not over yet, \(loss.cause)" }
        return "\(ago) ago, for \(outage.words), \(loss.cause); \(memory.losses) in all"
    }
}

extension Route {
    /// Where it leads and whose it is, without its lifetime.
    var name: String {
        let origin =
            switch routeProtocol {
            case .keep6: "keep6's own"
            case .routerAdvertisement: "RA"
            default: "static"
            }
        return "via \(hop) metric \(metric), \(origin)"
    }
}

// MARK: - JSON

extension Status {
    /// The same as one JSON object (RFC 8259).
    package var json: JSON {
        let routes = snapshot.routes.map { route in
            JSON.object([
                ("gateway", route.gateway.map { .string($0.description) } ?? .null),
                ("metric", .number(Int64(route.metric))), ("protocol", .number(Int64(route.routeProtocol.rawValue))),
                ("lifetime_seconds", lifetime(of: route).map { .number($0) } ?? .null),
            ])
        }
        let addresses = snapshot.addresses.map { address in
            JSON.object([
                ("address", .string(address.value.description)), ("usable", .boolean(address.isUsable)),
                ("tentative", .boolean(address.isTentative)), ("duplicate", .boolean(address.isDuplicate)),
            ])
        }
        let prefixes = delegated.map { prefix in
            JSON.object([
                ("prefix", .string(prefix.prefix.description)),
                ("lifetime_seconds", lifetime(of: prefix).map { .number($0) } ?? .null),
            ])
        }
        let loss = memory.lastLoss.map { loss in
            JSON.object([
                ("cause", .string(loss.cause)), ("seconds_ago", .number(loss.at.duration(to: now).components.seconds)),
                ("outage_microseconds", loss.outage.map { .number($0.microseconds) } ?? .null),
            ])
        }
        return .object([
            ("uplink", .string(kept.wish.uplink.description)), ("state", .string("\(level)")),
            ("troubles", .array(troubles.map { .string($0) })), ("addresses", .array(addresses)),
            ("accept_ra", snapshot.acceptRA.map { .number(Int64($0)) } ?? .null),
            ("forwarding", snapshot.forwarding.map { .boolean($0) } ?? .null),
            ("advertisements_handled_by", .string(advertisementHandler.words)), ("default_routes", .array(routes)),
            ("delegated_prefixes", .array(prefixes)), ("guests", .array(guests.map(\.json))),
            ("answers_for", .array(proxies.map(\.json))),
            ("guard_running", .boolean(guardRuns)), ("losses", .number(Int64(memory.losses))),
            ("last_loss", loss ?? .null),
        ])
    }
}
