// One interface's neighbours, overheard in the guard's event loop, and no more of them than is good.
import CLinux
import Internet
import Keep6
import Linux
import NeighborDiscovery
import Netlink
import Systemd

/// A packet socket with its place in the loop; it closes its ears for the rest of a second that brings too much.
final class NeighborEar {
    /// Messages a second from one interface: a guest sends two or three for each new address.
    static let limit = 200

    let index: InterfaceIndex
    private let tap: NeighborTap
    private let hear: (HeardPacket) -> Void
    private let complain: (String) -> Void
    private var readiness: Readiness?
    private var timer: Timer?
    private var gate = SecondGate(limit: NeighborEar.limit)
    private var wanted = Overhearing.nothing
    private var isClosed = false

    init(
        on link: Link, in loop: EventLoop, hear: @escaping (HeardPacket) -> Void, complain: @escaping (String) -> Void
    ) throws(SystemError) {
        index = link.index
        self.hear = hear
        self.complain = complain
        tap = try NeighborTap(on: link.name, index: link.index)
        readiness = try loop.readiness(of: tap.descriptor) { [unowned self] in listen() }
        timer = try loop.timer { [unowned self] in open() }
    }

    /// The loop must forget the descriptor before the socket closes it.
    deinit { readiness = nil }

    /// What is to be heard from now on.
    func want(_ overhearing: Overhearing) {
        wanted = overhearing
        if !isClosed { apply(overhearing) }
    }

    private func open() {
        isClosed = false
        apply(wanted)
    }

    private func apply(_ overhearing: Overhearing) {
        do throws(SystemError) { try tap.hear(overhearing) } catch { complain("\(error)") }
    }

    private func listen() {
        do throws(SystemError) {
            while let packet = try tap.receive() {
                // What is queued when the ears close is not worth more than what comes after.
                guard !isClosed else { continue }
                if let end = gate.take(at: .now) { try close(until: end) }
                // What is no message of a neighbour says nothing.
                if let heard = try? HeardPacket.parse(packet) { hear(heard) }
            }
        } catch {
            // That the interface went down or is gone is told by netlink.
            if error.code != ENETDOWN { complain("\(error)") }
        }
    }

    private func close(until end: Instant) throws(SystemError) {
        isClosed = true
        try tap.hear(.nothing)
        try timer?.set(end)
    }
}
