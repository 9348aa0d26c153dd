// What the guard does for guests, as the wish says: has them answered for, and their networks numbered.
import Configuration
import Host
import Internet
import Linux
import Netlink
import Presentation
import Systemd

/// The guests' side of one uplink's guard; without `keep6-proxy` and `keep6-guests` there is nothing in it.
final class GuestServices {
    private let uplink: InterfaceName
    private let loop: EventLoop
    private let routes: Rtnetlink
    private let log: Log
    /// nil while the wish names no network to answer for.
    private var keeper: ProxyService?
    /// The networks whose guests were last begun to be answered for, well or not.
    private var answeredFor: [NetworkName]?
    /// nil while the wish names no network to number.
    private var numberer: GuestNumberingService?
    private var numbered: [GuestSubnet] = []

    init(of uplink: InterfaceName, in loop: EventLoop, _ routes: Rtnetlink, _ log: Log) {
        self.uplink = uplink
        self.loop = loop
        self.routes = routes
        self.log = log
    }

    /// Begins and ends what the wish, as it is now, says.
    func follow(_ wish: Wish, on link: Link?) {
        if wish.proxies != answeredFor { answer(for: wish.proxies, on: link) }
        if wish.guests != numbered { number(wish) }
    }

    /// Looks at everything once more; libvirt may have made its networks, and their rules, anew.
    func refresh() {
        keeper?.refresh()
        numberer?.refresh(rulesMayDiffer: true)
    }

    private func number(_ wish: Wish) {
        var earlier = wish
        earlier.guests = numbered
        numbered = wish.guests
        numberer = nil
        GuestAddressing(of: uplink, earlier, routes).release(log)
        do {
            guard !wish.guests.isEmpty else { return }
            let new = try GuestNumberingService(wish, in: loop, routes, log)
            numberer = new
            new.refresh()
        } catch {
            log[uplink].warning("\(error); the networks of its guests have no prefix.")
        }
    }

    private func answer(for networks: [NetworkName], on link: Link?) {
        answeredFor = networks
        do {
            keeper = nil
            if networks.isEmpty {
                // What is left of an earlier wish.
                if let link { try ProxyHost(link, routes).release() }
                return
            }
            let new = try ProxyService(networks, of: uplink, in: loop, routes, log)
            keeper = new
            new.refresh()
        } catch {
            log[uplink].warning("\(error); it does not answer for guests.")
        }
    }
}
