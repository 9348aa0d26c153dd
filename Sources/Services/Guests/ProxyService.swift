// The shell around `Proxy`: hears of guests, has the kernel answer for them, and sleeps in between.
import CLinux
import Configuration
import Host
import Internet
import Linux
import NeighborDiscovery
import Netlink
import Presentation
import StateMachines
import Systemd

/// Answers for the guests of one uplink's networks, in the guard's event loop.
final class ProxyService {
    /// Changes of neighbors a second, beyond which their table is read once instead.
    private static let neighborLimit = 400

    private let networks: [NetworkName]
    private let uplink: InterfaceName
    private let loop: EventLoop
    private let routes: Rtnetlink
    private let log: Log
    private let notifications: GuestNotificationSocket
    private let speaker: NeighborSendSocket
    private var readiness: Readiness?
    private var timer: Timer?
    private var neighborTimer: Timer?
    /// Set while the host could not be read or changed.
    private var refreshTimer: Timer?
    private var backoff = RefreshBackoff()

    private var state = Proxy()
    private var scope = ProxyScope()
    private var uplinkLink: Link?
    private var uplinkEar: ThrottledNeighborSocket?
    private var bridges: [InterfaceIndex: Bridge] = [:]
    /// Each interface that matters as the kernel spoke of it last.
    private var links: [InterfaceIndex: Link] = [:]
    private var neighborGate = SecondGate(limit: ProxyService.neighborLimit)
    private var hearsNeighbors = true
    private var complaints = OnceAMinute()

    /// A network that is there; its link-layer address changes with its ports.
    private struct Bridge {
        let name: NetworkName
        let ear: ThrottledNeighborSocket
        var link: Link
    }

    init(
        _ networks: [NetworkName], of uplink: InterfaceName, in loop: EventLoop, _ routes: Rtnetlink,
        _ log: Log
    ) throws(SystemError) {
        self.networks = networks
        self.uplink = uplink
        self.loop = loop
        self.routes = routes
        self.log = log
        notifications = try GuestNotificationSocket()
        speaker = try NeighborSendSocket()
        readiness = try loop.readiness(of: notifications.descriptor) { [unowned self] in hearKernel() }
        timer = try loop.timer { [unowned self] in dispatch(.timer) }
        neighborTimer = try loop.timer { [unowned self] in hearNeighborsAgain() }
        refreshTimer = try loop.timer { [unowned self] in refresh() }
    }

    /// The loop must forget the descriptor before the socket closes it.
    deinit { readiness = nil }

    /// Hands an event to the state machine, and does what follows from it.
    private func dispatch(_ event: ProxyEvent) {
        let actions = state.handle(event, at: .now)
        // Answers can come as soon as a question is sent.
        tuneEars()
        for action in actions {
            if let failure = perform(action) { dispatch(failure) }
        }
        do { try timer?.set(state.deadline) } catch { complain("\(error)") }
    }

    private func name(of bridge: InterfaceIndex) -> String {
        bridges[bridge]?.name.description ?? "a network that is gone"
    }

    private func report(_ report: ProxyReport) { log[uplink].report(ProxySentence(report, name)) }

    private func complain(_ what: String) {
        if complaints.consume(at: .now) != nil { report(.failed(what)) }
    }
}

// MARK: - The host, read anew

extension ProxyService {
    /// Looks at everything once more: the networks, the prefixes, and what the kernel has of both.
    func refresh() {
        do {
            let links = try routes.links()
            let found = networks.compactMap { name in GuestNetwork(name).bridge(among: links).map { (name, $0) } }
                .filter { $0.1.name != uplink }
            let link = links.first { $0.name == uplink }
            // Of an uplink that is gone the routes to the guests are left.
            if link == nil { dispatch(.scope(ProxyScope())) }
            try follow(link, found)
            guard let link else { return }
            let host = ProxyHost(link, routes)
            try host.prepare()
            scope = try host.scope(bridges: found.map(\.1))
            dispatch(.scope(scope))
            try host.removeStrays(within: scope)
            dispatch(.found(try host.found()))
            try readNeighbors()
            backoff = RefreshBackoff()
        } catch {
            complain("\(error); the uplink may not answer for guests")
            do throws(SystemError) { try refreshTimer?.set(backoff.next(after: .now)) } catch { complain("\(error)") }
        }
    }

    /// Opens an ear on each interface that is there, and closes those on the others.
    private func follow(_ link: Link?, _ found: [(NetworkName, Link)]) throws(SystemError) {
        if link?.index != uplinkEar?.index { uplinkEar = nil }
        uplinkLink = link
        if let link, uplinkEar == nil {
            uplinkEar = try ear(on: link, silencesSenders: false) { [unowned self] in hear($0) }
        }
        let indices = Set(found.map(\.1.index))
        bridges = bridges.filter { indices.contains($0.key) }
        for (name, bridge) in found {
            if bridges[bridge.index] == nil {
                let ear = try ear(on: bridge, silencesSenders: true) { [unowned self] in hear($0, on: bridge.index) }
                bridges[bridge.index] = Bridge(name: name, ear: ear, link: bridge)
            }
            bridges[bridge.index]?.link = bridge
        }
        if hearsNeighbors { try notifications.watch(Array(indices)) }
    }

    private func ear(
        on link: Link, silencesSenders: Bool, _ hear: @escaping (NeighborMessage) -> Void
    ) throws(SystemError) -> ThrottledNeighborSocket {
        try ThrottledNeighborSocket(on: link, silencesSenders: silencesSenders, in: loop, hear: hear) {
            [unowned self] in
            complain($0)
        }
    }

    private func tuneEars() {
        uplinkEar?.want(bridges.isEmpty ? .nothing : .neighbors(prefixes: scope.prefixes))
        let guests = NeighborFilter.guests(prefixes: scope.prefixes, answers: state.isAsking)
        for bridge in bridges.values { bridge.ear.want(guests) }
    }

    /// What the kernel found out some time ago proves nothing now.
    private func readNeighbors() throws(SystemError) {
        let neighbors = try scope.bridges.map { bridge throws(SystemError) in try routes.neighbors(on: bridge) }
        for neighbor in neighbors.joined() where neighbor.isKnown {
            dispatch(.claimed(neighbor.address, on: neighbor.interface))
        }
    }
}

// MARK: - Events

extension ProxyService {
    private func hearKernel() {
        var isStale = false
        do throws(SystemError) {
            try notifications.drain { heard in
                if heard == nil { isStale = true }
                for notification in heard ?? [] where apply(notification) { isStale = true }
            }
        } catch { complain("\(error)") }
        if isStale { refresh() }
    }

    /// Takes what the kernel told; true if everything is to be read anew.
    private func apply(_ notification: GuestNotification) -> Bool {
        switch notification {
        case .neighborChanged(let neighbor):
            count()
            dispatch(neighbor)
        case .neighborRemoved(let neighbor):
            count()
            dispatch(.missed(neighbor.address, on: neighbor.interface))
        case .portRemoved(let bridge): dispatch(.portRemoved(from: bridge))
        case .addressesChanged: return true
        case .linkChanged(let link): return apply(link)
        }
        return false
    }

    /// Of a link that is gone the kernel tells as it was.
    private func apply(_ link: Link) -> Bool {
        let known = links[link.index]
        let isOurs = link.name == uplink || networks.contains { $0.description == link.name.description }
        guard known != nil || isOurs || link.kind == "bridge" else { return false }
        var seen = link
        seen.flags &= UInt32(IFF_UP | IFF_RUNNING)
        let isThere = (try? routes.link(link.name))?.index == link.index
        links[link.index] = isThere ? seen : nil
        return known != links[link.index]
    }

    private func dispatch(_ neighbor: Neighbor) {
        let (address, bridge) = (neighbor.address, neighbor.interface)
        if neighbor.hasFailed {
            dispatch(.missed(address, on: bridge))
        } else if neighbor.hasAnswered {
            dispatch(.answered(address, on: bridge))
        } else if neighbor.isKnown {
            dispatch(.claimed(address, on: bridge))
        }
    }

    /// Whoever makes the kernel speak without end is not listened to for the rest of the second.
    private func count() {
        guard hearsNeighbors, let end = neighborGate.consume(at: .now) else { return }
        do throws(SystemError) {
            try notifications.watch([])
            try neighborTimer?.set(end)
            hearsNeighbors = false
        } catch { complain("\(error)") }
    }

    private func hearNeighborsAgain() {
        hearsNeighbors = true
        do {
            try notifications.watch(Array(bridges.keys))
            try readNeighbors()
        } catch { complain("\(error)") }
    }

    private func hear(_ packet: NeighborMessage, on bridge: InterfaceIndex) {
        switch packet {
        case .solicitation(let question, _): dispatch(.claimed(question.target, on: bridge))
        case .advertisement(let answer, _): dispatch(.answered(answer.target, on: bridge))
        }
    }

    private func hear(_ packet: NeighborMessage) {
        switch packet {
        case .solicitation(let question, let asker):
            if !asker.isUnspecified { dispatch(.solicited(question.target, by: asker)) }
        case .advertisement(let answer, _): dispatch(.contested(answer.target))
        }
    }
}

// MARK: - Actions

extension ProxyService {
    /// Does one thing; returns a failure that the state machine must know of.
    private func perform(_ action: ProxyAction) -> ProxyEvent? {
        guard let link = uplinkLink else { return nil }
        let host = ProxyHost(link, routes)
        do throws(SystemError) {
            switch action {
            case .add(let address, let bridge, let askers):
                return attempt(address) { () throws(SystemError) in
                    try host.add(address, to: bridge) {
                        for asker in askers { answer(for: address, to: asker, link) }
                    }
                }
            case .move(let address, let bridge):
                return attempt(address) { () throws(SystemError) in try host.move(address, to: bridge) }
            case .remove(let address, let bridge): try host.remove(address, from: bridge)
            case .forget(let address, let bridge): try host.forget(address, on: bridge)
            case .ask(let address, let bridge): if let place = bridges[bridge]?.link { ask(for: address, place) }
            case .challenge(let address): ask(for: address, link)
            case .report(let report): self.report(report)
            }
        } catch { complain("\(error)") }
        return nil
    }

    private func attempt(_ address: IPv6Address, _ body: () throws(SystemError) -> Void) -> ProxyEvent? {
        do throws(SystemError) { try body() } catch { return .failed(address, reason: "\(error)") }
        return nil
    }

    private func answer(for address: IPv6Address, to asker: IPv6Address, _ link: Link) {
        speak { () throws(SystemError) in try speaker.answer(for: address, to: asker, on: NeighborSendSocket.Link(link))
        }
    }

    private func ask(for address: IPv6Address, _ link: Link) {
        speak { () throws(SystemError) in try speaker.ask(for: address, on: NeighborSendSocket.Link(link)) }
    }

    private func speak(_ body: () throws(SystemError) -> Void) {
        do throws(SystemError) { try body() } catch {
            // A link that is down, or has no address yet, is heard of again when it has.
            guard ![ENETDOWN, ENETUNREACH, EADDRNOTAVAIL, ENODEV, ENXIO].contains(error.code) else { return }
            complain("\(error)")
        }
    }
}
