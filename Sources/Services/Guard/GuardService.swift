// The guard's shell: hands events to the state machine, performs its actions, and sleeps in between.
import CLinux
import Configuration
import Host
import Internet
import Linux
import Netlink
import Presentation
import StateMachines
import Systemd

/// One uplink's guard at work: an event loop around `Guard`.
final class GuardService {
    private let uplink: InterfaceName
    private let log: Log
    private let kernel: Kernel
    private let notifications: NotificationSocket
    private let loop: EventLoop
    private var state: Guard
    private var timer: Timer?
    private var libvirt: LibvirtWatch?
    /// nil where raw sockets are not allowed; then advertisements are only seen through the kernel's routes.
    private var listener: RouterListener?
    private var listeningFailed = false
    private let guests: GuestServices
    private var link: Link?
    private var hasLostNotifications = false
    private var status = ""
    /// The netlink port of who removed a route last, to be named once that is back.
    private var stranger: UInt32?

    init(_ kept: KeptUplink, memory: GuardMemory, _ log: Log) throws(SystemError) {
        uplink = kept.wish.uplink
        self.log = log
        kernel = try Kernel()
        notifications = try NotificationSocket()
        loop = try EventLoop()
        guests = GuestServices(of: uplink, in: loop, kernel.routes, log)
        state = Guard(kept, memory: memory, seed: .random(in: 1...UInt64.max))
    }

    /// Watches until SIGTERM or SIGINT; the default route of keep6's own stays, for the next guard to find.
    func run() throws(SystemError) {
        timer = try loop.timer { [unowned self] in dispatch([.timer]) }
        try loop.onReadable(notifications.descriptor) { [unowned self] in hearKernel() }
        for signal in [SIGTERM, SIGINT] {
            try loop.onSignal(signal) { [unowned self] in stop() }
        }
        try loop.onSignal(SIGHUP) { [unowned self] in
            dispatch([.poke("a libvirt network started, the wish is another, or an administrator asked")])
            guests.refresh()
        }
        try loop.keepWatchdog()
        libvirt = try LibvirtWatch(
            in: loop,
            hear: { [unowned self] in
                dispatch([.poke($0)])
                guests.refresh()
            },
            complain: { [unowned self] in log[uplink].warning("\($0)") })
        if state.wish.wait > 0 { ServiceNotification.extendStart(seconds: state.wish.wait + 30) }
        dispatch([readState()])
        try loop.run()
    }

    private func stop() {
        ServiceNotification.stopping()
        perform(.remember)
        for address in state.held {
            guard case .failed(_, _, let reason) = perform(.release(address)) else { continue }
            log[uplink].warning("\(reason); the host goes on taking it for its own.")
        }
        loop.exit()
    }

    /// Hands events to the state machine until nothing follows from them.
    private func dispatch(_ events: [GuardEvent]) {
        for event in events { settle(event, at: .now) }
        guests.follow(state.wish, on: link)
        let text = state.summary
        if text != status {
            status = text
            ServiceNotification.status(text)
        }
        do { try timer?.set(state.deadline(at: .now)) } catch {
            log[uplink].warning("\(error).")
        }
    }

    /// Each outcome is told before the next action: a snapshot that was taken before a route was added would hide it.
    private func settle(_ event: GuardEvent, at instant: Instant) {
        for action in state.handle(event, at: instant) {
            guard let outcome = perform(action) else { continue }
            let now = Instant.now
            for consequence in identified() + [outcome] { settle(consequence, at: now) }
        }
    }
}

// MARK: - Events

extension GuardService {
    /// What is queued when some was lost is older than that, and no more to be acted on: the state is read anew behind it,
    /// and in a flood every so often.
    private func hearKernel() {
        do throws(SystemError) {
            let isAll = try notifications.drain { heard in
                guard let heard else {
                    hasLostNotifications = true
                    return
                }
                if !hasLostNotifications { dispatch(heard.flatMap(events)) }
            }
            if hasLostNotifications { dispatch([.overrun]) }
            if isAll { hasLostNotifications = false }
        } catch { log[uplink].warning("\(error).") }
    }

    /// What a notification means to the state machine; what keep6 itself did, it knows already.
    private func events(_ notification: Notification) -> [GuardEvent] {
        switch notification {
        case .routeAdded(let route, let replacing, let port):
            return port == kernel.routes.port ? [] : [.routeAdded(route, replacing: replacing)]
        case .routeRemoved(let route, let port):
            guard port != kernel.routes.port, route.interface == link?.index else { return [] }
            // A router that withdraws itself is on our socket before the kernel acts on it: hear it first.
            stranger = port == 0 ? nil : port
            return (listener?.events() ?? []) + [.routeRemoved(route, by: port == 0 ? .kernel : .process(port))]
        case .addressAdded(let address): return [.addressAdded(address)]
        case .addressRemoved(let address): return [.addressRemoved(address)]
        case .linkChanged(let link):
            if link.index == self.link?.index, link.name != uplink {
                // Renamed: another interface may get the name.
                self.link = nil
                watch(nil)
            } else if link.name != uplink {
                return []
            }
            return [.linkChanged(link)]
        case .linkRemoved(let link):
            guard link.index == self.link?.index else { return [] }
            self.link = nil
            watch(nil)
            return [.linkRemoved]
        case .configuration(let configuration):
            guard let forwarding = configuration.forwarding, configuration.scope == .all else { return [] }
            return [.forwarding(forwarding)]
        case .neighborChanged(let neighbor):
            guard neighbor.hasFailed, neighbor.interface == link?.index else { return [] }
            return [.neighborFailed(neighbor.address)]
        }
    }

    /// The name of who removed a route, if it still runs: `ip` ends within a millisecond.
    private func identified() -> [GuardEvent] {
        guard let id = stranger else { return [] }
        stranger = nil
        let path = "/proc/\(id)/comm"
        guard let bytes = try? Descriptor(opening: path, O_RDONLY).readAll(limit: 64, of: path) else { return [] }
        let name = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        // systemd opens networkd's netlink socket (systemd-networkd.socket), and removes nothing itself.
        return [.identified(id, name: id == 1 && name == "systemd" ? "systemd-networkd" : name)]
    }
}

// MARK: - Actions

extension GuardService {
    /// Does one thing; returns what came of it, if that is an event.
    @discardableResult
    private func perform(_ action: GuardAction) -> GuardEvent? {
        do throws(SystemError) {
            switch action {
            case .add(let route): try kernel.routes.add(route)
            case .refresh(let route): try kernel.routes.renew(route)
            case .remove(let route): try kernel.routes.remove(route)
            case .addAddress(let address): try kernel.routes.add(address)
            case .hold(let address): try kernel.routes.hold(address.address)
            case .release(let address): try kernel.routes.release(address.address)
            case .probe(let address): if let link { try kernel.routes.probe(address, on: link.index) }
            case .makeOptimistic(let address): try kernel.makeOptimistic(address, on: uplink)
            default: return performOther(action)
            }
            return .performed(action)
        } catch {
            return .failed(action, code: error.code, reason: "\(error)")
        }
    }

    private func performOther(_ action: GuardAction) -> GuardEvent? {
        do throws(SystemError) {
            switch action {
            case .correctAcceptRA:
                let (found, now) = try Kernel.correctAcceptRA(state.kept)
                return .acceptRA(found: found, now: now)
            case .solicit(let tellsLinkLayerAddress):
                try listener?.solicit(linkLayerAddress: tellsLinkLayerAddress ? link?.ethernetAddress : nil)
            case .announce(let address): try listener?.announce(address, linkLayerAddress: link?.ethernetAddress)
            case .readState: return readState()
            case .start(let unit): try Manager().start(unit.description)
            case .ready: ServiceNotification.ready()
            case .remember: try RunDirectory.remember(state.memory, of: uplink)
            case .report(let report): log[uplink].report(report)
            case .readWish: return readWish()
            case .add, .refresh, .remove, .addAddress, .hold, .release, .makeOptimistic, .probe: break
            }
            return nil
        } catch {
            // An interface that has just gone has no settings; that it is gone is told by netlink.
            if action == .correctAcceptRA, error.code == ENOENT { return nil }
            // A solicitation that the kernel has no room for just now is as good as one that is lost: it is sent again.
            if case .solicit = action, error.code == ENOBUFS { return nil }
            return .failed(action, code: error.code, reason: "\(error)")
        }
    }

    /// The wish as the administrator's files have it now; of a stanza as the hook saw it, but for addresses that are gone.
    private func readWish() -> GuardEvent {
        let stored = RunDirectory.kept(uplink, log)
        guard stored?.manager == .networkd, let link else { return .wish(stored?.asWritten) }
        let configuration = NetworkdConfiguration(log)
        switch configuration.answer(for: link) {
        case .keep(let kept, _): return .wish(kept)
        case .cannotTell: return .wish(stored)
        case .leave:
            guard let problem = configuration.tree.problems.first else { return .wish(nil) }
            return .failed(
                .readWish, code: EIO, reason: "cannot read the wish: \(problem.place): \(problem.sentence)")
        }
    }

    private func readState() -> GuardEvent {
        do throws(SystemError) {
            let snapshot = try kernel.snapshot(of: uplink)
            if snapshot.link?.index != link?.index || listener == nil && !listeningFailed,
                let new = snapshot.link
            {
                watch(new)
                // What happened between reading and watching is read again.
                link = new
                return .snapshot(try kernel.snapshot(of: uplink))
            }
            if snapshot.link == nil, link != nil { watch(nil) }
            link = snapshot.link
            return .snapshot(snapshot)
        } catch {
            return .failed(.readState, code: error.code, reason: "\(error)")
        }
    }

    /// Turns both sockets to the interface as it is now; nil while there is none.
    private func watch(_ link: Link?) {
        do throws(SystemError) {
            try notifications.watch(link?.index)
            guard link != nil else { return }
            if let listener {
                try listener.bind(to: uplink)
            } else if !listeningFailed {
                listener = try RouterListener(
                    on: uplink, in: loop, hear: { [unowned self] in dispatch(listener?.events() ?? []) },
                    knownRouters: { [unowned self] in state.knownRouters },
                    say: { [log = log[uplink]] in log.report($0) })
            }
        } catch {
            // It has another name already, or is gone: it is tried again when it is looked at next.
            listeningFailed = listener == nil && error.code != ENODEV
            log[uplink].warning(
                "\(error); keep6 cannot hear or ask routers itself and relies on the kernel.")
        }
    }
}

extension Link {
    /// The address for a source link-layer option, where the link has six bytes of it (RFC 2464).
    fileprivate var ethernetAddress: [UInt8]? {
        linkLayerAddress.count == 6 ? linkLayerAddress : nil
    }
}
