// An uplink that is kept no longer: its guard stopped, its route and addresses taken back, accept_ra as it was found.
import CLinux
import Configuration
import Internet
import Linux
import Netlink

/// Ends the keeping of an uplink: by what was stored, not by the stanza or file, which may have been edited since.
package struct Release {
    private let uplink: InterfaceName
    private let spared: [InterfaceAddress]
    private let log: Log

    /// - Parameter spared: addresses that its manager configures now, no matter which program added them.
    package init(of uplink: InterfaceName, sparing spared: [InterfaceAddress] = [], _ log: Log) {
        self.uplink = uplink
        self.spared = spared
        self.log = log
    }

    /// Does so and forgets the uplink; nothing if it is not kept.
    package func run() {
        // With a wish that cannot be read there is a guard all the same, and its route.
        let isGuarded = GuardLock.isHeld(for: uplink)
        let unreadable = isGuarded ? KeptUplink(wish: Wish(uplink: uplink)) : nil
        guard let kept = RunDirectory.kept(uplink, log) ?? unreadable else { return }
        GuardUnit(uplink).stop(log)
        DelegationUnit(uplink, log).end(wasWished: kept.wish.delegation != nil)
        takeBack(kept)
        restoreSettings(kept)
        do { try RunDirectory.forget(uplink) } catch { log[uplink].warning("\(error).") }
    }

    /// Each part on its own: a failure of one does not stop the others.
    private func takeBack(_ kept: KeptUplink) {
        attempt("'ip -6 route' and 'ip -6 addr' show what is left") { () throws(SystemError) in
            let routes = try Rtnetlink()
            GuestAddressing(of: uplink, kept.wish, routes).release(log)
            guard let link = try routes.link(uplink) else { return }
            let advice = "'ip -6 route show dev \(uplink)' and 'ip -6 addr show dev \(uplink)' show what is left"
            attempt(advice) { () throws(SystemError) in
                for route in try routes.defaultRoutes(through: link.index) where route.routeProtocol == .keep6 {
                    attempt(advice) { () throws(SystemError) in try routes.remove(route) }
                }
            }
            attempt("'ip -6 neigh show proxy dev \(uplink)' shows what is left") { () throws(SystemError) in
                let proxy = ProxyHost(link, routes)
                try proxy.release()
                if !kept.wish.proxies.isEmpty { try proxy.withdraw() }
            }
            let extra = Set(kept.wish.addresses).subtracting(spared)
            attempt(advice) { () throws(SystemError) in
                for address in try routes.addresses(of: link.index) where extra.contains(address.value) {
                    attempt(advice) { () throws(SystemError) in try routes.remove(address) }
                }
            }
        }
    }

    /// A part that is already gone is not an error.
    private func attempt(_ advice: String, _ body: () throws(SystemError) -> Void) {
        do throws(SystemError) { try body() } catch {
            guard ![Route.isNotThere, Address.isNotThere].contains(error.code) else { return }
            log[uplink].warning("\(error); \(advice).")
        }
    }

    /// networkd sets accept_ra to 0 on every link that it configures, which may have been after keep6 looked first.
    private func restoreSettings(_ kept: KeptUplink) {
        do throws(SystemError) {
            if let found = kept.manager == .networkd ? 0 : kept.foundAcceptRA {
                try Sysctl("accept_ra", of: uplink).write(found)
            }
            try Kernel.forgetOptimisticSettings(of: uplink)
        } catch {
            if error.code != ENOENT { log[uplink].warning("\(error).") }
        }
    }
}
