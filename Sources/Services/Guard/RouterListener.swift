// What the routers of the uplink say, and who poses as one.
import CLinux
import Internet
import Linux
import NeighborDiscovery
import StateMachines
import Systemd

/// The uplink's ICMPv6 socket, in the guard's event loop.
final class RouterListener {
    private let socket: NeighborDiscoverySocket
    private let knownRouters: () -> [IPv6Address]
    private let say: (Report) -> Void
    private var gate = FloodGate()
    private var floods = OnceAMinute()
    private var refusals = OnceAMinute()
    private var timer: Timer?

    /// - Parameters:
    ///   - hear: called when `events()` has something.
    ///   - knownRouters: those to be heard when somebody else sends too much.
    init(
        on uplink: InterfaceName, in loop: EventLoop, hear: @escaping () -> Void,
        knownRouters: @escaping () -> [IPv6Address], say: @escaping (Report) -> Void
    ) throws(SystemError) {
        socket = try NeighborDiscoverySocket(on: uplink, receiving: [.routerAdvertisement, .neighborAdvertisement])
        self.knownRouters = knownRouters
        self.say = say
        try socket.admit(.everybody)
        timer = try loop.timer { [unowned self] in relax() }
        try loop.onReadable(socket.descriptor, hear)
    }

    func bind(to uplink: InterfaceName) throws(SystemError) { try socket.bind(to: uplink) }

    func solicit(linkLayerAddress: [UInt8]?) throws(SystemError) {
        try socket.solicit(linkLayerAddress: linkLayerAddress)
    }

    /// An optimistic address says that it is one by the missing override flag (RFC 4429 3.3, RFC 9131 6.1.2).
    func announce(_ address: IPv6Address, linkLayerAddress: [UInt8]?) throws(SystemError) {
        let isRouter = try Sysctl("forwarding", of: socket.interface).read() != 0
        try socket.announce(
            NeighborAdvertisement(target: address, isRouter: isRouter, targetLinkLayerAddress: linkLayerAddress))
    }

    /// All that is there to be heard.
    func events() -> [GuardEvent] {
        var events: [GuardEvent] = []
        do throws(SystemError) {
            while true {
                let reception = try socket.receive()
                if case .none = reception { return events }
                try count()
                if let event = event(reception) { events.append(event) }
            }
        } catch {
            // ENETDOWN tells once that the link went down; netlink tells it better.
            if error.code != ENETDOWN { say(.failed("\(error)")) }
            return events
        }
    }

    private func event(_ reception: Reception) -> GuardEvent? {
        switch reception {
        case .advertisement(let advertisement, let router):
            return .advertisement(
                from: router, lifetime: advertisement.routerLifetime, preference: advertisement.preference.netlinkValue)
        case .neighbor(let neighbor, let source):
            // The kernel, too, takes the routes to the source away, and knows the neighbor by the target (ndisc_recv_na).
            return source == neighbor.target && !neighbor.isRouter ? .routerGone(source) : nil
        case .refused(let reason):
            if let count = refusals.consume(at: .now) { say(.refused(reason, count: count)) }
            return nil
        case .none: return nil
        }
    }
}

// MARK: - Too many messages

extension RouterListener {
    /// What is queued when the gate narrows is still read, and not counted as if it came after.
    private func count() throws(SystemError) {
        let before = gate.opening
        gate.consume(at: .now)
        guard gate.opening != before else { return }
        try admit()
        if gate.opening == .knownRouters, floods.consume(at: .now) != nil { say(.flood(knownRouters())) }
    }

    private func admit() throws(SystemError) {
        switch gate.opening {
        case .everybody: try socket.admit(.everybody)
        case .knownRouters: try socket.admit(.only(knownRouters()))
        case .nobody: try socket.admit(.only([]))
        }
        try timer?.set(gate.deadline)
    }

    private func relax() {
        gate.relax(at: .now)
        do throws(SystemError) { try admit() } catch { say(.failed("\(error)")) }
    }
}
