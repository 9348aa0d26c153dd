// Before the link goes down: the guard stopped, its route and addresses taken back, accept_ra as it was found.
import CLinux
import Host
import Internet
import Keep6
import Linux
import Netlink
import Systemd

/// The pre-down phase. It goes by what was stored, not by the stanza, which may have been edited since.
struct PreDown {
    let uplink: InterfaceName
    let voice: Voice

    func run() -> Int32 {
        guard let kept = RunDirectory.kept(uplink, voice) else { return 0 }
        stopGuard()
        takeBack(kept)
        do { try RunDirectory.forget(uplink) } catch { voice.complain("'\(uplink)': \(error).", uplink: uplink) }
        return 0
    }

    private func stopGuard() {
        let unit = "keep6@\(UnitInstance(uplink.description).escaped).service"
        do {
            try Manager().stop(unit, limit: .seconds(5))
        } catch {
            voice.complain("'\(uplink)': \(error); run 'systemctl stop \(unit)'.", uplink: uplink)
        }
    }

    private func takeBack(_ kept: KeptUplink) {
        do throws(NetlinkError) {
            let routes: RouteSocket
            do { routes = try RouteSocket() } catch { throw NetlinkError(code: error.code, doing: error.doing) }
            guard let link = try routes.link(uplink) else { return }
            for route in try routes.defaultRoutes(through: link.index) where route.routeProtocol == .keep6 {
                try routes.remove(route)
            }
            let extra = Set(kept.wish.addresses)
            for address in try routes.addresses(of: link.index) where extra.contains(address.value) {
                try routes.remove(address)
            }
        } catch {
            voice.complain("'\(uplink)': \(error).", uplink: uplink)
        }
        guard let found = kept.foundAcceptRA else { return }
        do { try Sysctl("accept_ra", of: uplink).write(found) } catch {
            if error.code != ENOENT { voice.complain("'\(uplink)': \(error).", uplink: uplink) }
        }
    }
}
