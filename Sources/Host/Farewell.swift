// An uplink that is kept no longer: everything is as keep6 found it.
import CLinux
import Internet
import Keep6
import Linux
import Netlink

/// Ends the keeping of an uplink: by what was stored, not by the stanza or file, which may have been edited since.
public struct Farewell {
    private let uplink: InterfaceName
    private let voice: Voice

    public init(to uplink: InterfaceName, _ voice: Voice) {
        self.uplink = uplink
        self.voice = voice
    }

    /// Stops the guard, takes back its route and addresses, puts accept_ra back, and forgets; nothing if it is not kept.
    public func bid() {
        guard let kept = RunDirectory.kept(uplink, voice) else { return }
        GuardUnit(uplink).stop(voice)
        takeBack(kept)
        do { try RunDirectory.forget(uplink) } catch { voice.complain("'\(uplink)': \(error).", uplink: uplink) }
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
