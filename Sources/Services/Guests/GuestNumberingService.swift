// The shell around `GuestNumbering`: hears of prefixes and bridges, numbers the bridges, and sleeps in between.
import CLinux
import Configuration
import Host
import Internet
import Linux
import Netlink
import StateMachines
import Systemd

/// Gives the networks of guests of one uplink their part of what is delegated, in the guard's event loop.
final class GuestNumberingService {
    private let uplink: InterfaceName
    private let host: GuestAddressing
    private let routes: Rtnetlink
    private let log: Log
    private let notifications: GuestNotificationSocket
    private var state: GuestNumbering
    private var readiness: Readiness?
    private var timer: Timer?
    private var complaints = OnceAMinute()
    /// What failed since everything was last looked at.
    private var hasFailed = false
    private var backoff = RefreshBackoff()
    /// What the firewall was last asked to let through, by bridge.
    private var forwarded: [String: [String]] = [:]

    init(
        _ wish: Wish, in loop: EventLoop, _ routes: Rtnetlink, _ log: Log
    ) throws(SystemError) {
        uplink = wish.uplink
        host = GuestAddressing(of: uplink, wish, routes)
        self.routes = routes
        self.log = log
        state = GuestNumbering(wish.guests, memory: host.memory(log))
        notifications = try GuestNotificationSocket()
        readiness = try loop.readiness(of: notifications.descriptor) { [unowned self] in hearKernel() }
        timer = try loop.timer { [unowned self] in refresh() }
    }

    /// The loop must forget the descriptor before the socket closes it.
    deinit { readiness = nil }

    /// Looks at everything once more, and makes the smallest change.
    ///
    /// - Parameter rulesMayDiffer: whether libvirt may have made its rules anew.
    func refresh(rulesMayDiffer: Bool = false) {
        hasFailed = false
        var due: Instant?
        do throws(SystemError) {
            let snapshot = try host.snapshot(log)
            let (actions, deadline) = state.converge(snapshot, at: .now, .now)
            due = deadline
            for action in actions { perform(action) }
            forward(snapshot.bridges, evenIfSame: rulesMayDiffer)
        } catch { fail("\(error); the networks of guests may have no prefix") }
        let again = hasFailed ? backoff.next(after: .now) : nil
        if !hasFailed { backoff = RefreshBackoff() }
        do throws(SystemError) { try timer?.set([due, again].compactMap { $0 }.min()) } catch { fail("\(error)") }
    }

    /// What it was makes no difference: everything is read anew.
    private func hearKernel() {
        do throws(SystemError) { try notifications.drain { _ in } } catch { fail("\(error)") }
        refresh()
    }

    private func forward(_ bridges: [NetworkName: GuestNumbering.Bridge], evenIfSame: Bool) {
        var wanted: [String: [String]] = [:]
        for (network, bridge) in bridges {
            wanted[bridge.name.description] = state.prefixes(of: network).map(\.description)
        }
        guard evenIfSame || wanted != forwarded else { return }
        do throws(Failure) {
            try Ip6tables().forward(wanted, from: uplink)
            forwarded = wanted
        } catch { fail("\(error); libvirt's rules may reject what guests send by the delegated prefix") }
    }

    private func perform(_ action: GuestNumbering.Action) {
        switch action {
        case .report(let report): log[uplink].report(report)
        case .remember:
            do { try host.remember(state.memory) } catch {
                fail("\(error); after a reboot guests may go on using a prefix that is gone")
            }
        case .put(let address, let network):
            do { try routes.put(address) } catch {
                let advice =
                    error.code == EACCES || error.code == EPERM
                    ? ", for libvirt has IPv6 disabled on the bridge: give the network an IPv6 address of its own" : ""
                fail("\(error) on the network '\(network)'\(advice)")
            }
        }
    }

    private func fail(_ what: String) {
        hasFailed = true
        if complaints.consume(at: .now) != nil { log[uplink].report(GuestReport.failed(what)) }
    }
}
