// One interface's neighbors, overheard in the guard's event loop, and no more of them than is good.
import CLinux
import Internet
import Linux
import NeighborDiscovery
import Netlink
import StateMachines
import Systemd

/// A packet socket with its place in the loop.
///
/// When a second brings too much, whoever sent most of it is not listened to for a while; if there is no such sender,
/// or there are too many, or it may be the only router, nobody is for the rest of the second.
final class ThrottledNeighborSocket {
    /// Messages a second from one interface: a guest sends two or three for each new address.
    private static let limit = 200
    /// For how long a sender is not listened to, and how many at a time.
    private static let silence = Duration.seconds(10)
    private static let silencedLimit = 8

    let index: InterfaceIndex
    private let name: InterfaceName
    private let silencesSenders: Bool
    private let tap: NeighborPacketSocket
    private let hear: (NeighborMessage) -> Void
    private let complain: (String) -> Void
    private var readiness: Readiness?
    private var timer: Timer?
    private var gate = SecondGate(limit: ThrottledNeighborSocket.limit)
    private var counts: [HardwareSender: Int] = [:]
    private var wanted = NeighborFilter.nothing
    private var silenced: [HardwareSender: Instant] = [:]
    private var closedUntil: Instant?

    /// - Parameter silencesSenders: whether a sender can be done without for a while.
    init(
        on link: Link, silencesSenders: Bool, in loop: EventLoop, hear: @escaping (NeighborMessage) -> Void,
        complain: @escaping (String) -> Void
    ) throws(SystemError) {
        index = link.index
        name = link.name
        self.silencesSenders = silencesSenders
        self.hear = hear
        self.complain = complain
        tap = try NeighborPacketSocket(on: link.name, index: link.index)
        readiness = try loop.readiness(of: tap.descriptor) { [unowned self] in listen() }
        timer = try loop.timer { [unowned self] in relax() }
    }

    /// The loop must forget the descriptor before the socket closes it.
    deinit { readiness = nil }

    /// What is to be heard from now on.
    func want(_ overhearing: NeighborFilter) {
        wanted = overhearing
        tune()
    }

    private func tune() {
        do throws(SystemError) {
            try tap.hear(closedUntil == nil ? wanted : .nothing, without: Set(silenced.keys))
            try timer?.set((Array(silenced.values) + [closedUntil].compactMap { $0 }).min())
        } catch { complain("\(error)") }
    }

    private func relax() {
        let now = Instant.now
        silenced = silenced.filter { $0.value > now }
        if let end = closedUntil, end <= now { closedUntil = nil }
        tune()
    }

    private func listen() {
        do throws(SystemError) {
            while let (packet, sender) = try tap.receive() {
                // What is queued when the ear closes is not worth more than what comes after.
                guard closedUntil == nil, silenced[sender] == nil else { continue }
                count(sender)
                // What is no message of a neighbor says nothing.
                if let heard = try? NeighborMessage.parse(packet) { hear(heard) }
            }
        } catch {
            // That the interface went down or is gone is told by netlink.
            if error.code != ENETDOWN { complain("\(error)") }
        }
    }

    private func count(_ sender: HardwareSender) {
        let now = Instant.now
        counts[sender, default: 0] += 1
        guard let end = gate.consume(at: now) else {
            if gate.isFresh { counts = [sender: 1] }
            return
        }
        let loudest = counts.max { $0.value < $1.value }
        counts = [:]
        gate = SecondGate(limit: ThrottledNeighborSocket.limit)
        if silencesSenders, let loudest, loudest.value > ThrottledNeighborSocket.limit / 2,
            silenced.count < ThrottledNeighborSocket.silencedLimit
        {
            silenced[loudest.key] = now.advanced(by: ThrottledNeighborSocket.silence)
            complain(
                "\(loudest.key) sends more than \(ThrottledNeighborSocket.limit) neighbor messages a second on '\(name)', and is not"
                    + " listened to for ten seconds; find out what it does")
        } else {
            closedUntil = end
        }
        tune()
    }
}
