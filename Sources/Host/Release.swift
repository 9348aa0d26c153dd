// An uplink that is kept no longer: its guard stopped, its route and addresses taken back, accept_ra as it was found.
import CLinux
import Internet
import Keep6
import Linux
import Netlink

/// Ends the keeping of an uplink: by what was stored, not by the stanza or file, which may have been edited since.
public struct Release {
    private let uplink: InterfaceName
    private let spared: [InterfaceAddress]
    private let voice: Voice

    /// - Parameter spared: addresses that its manager configures now, whoever added them.
    public init(of uplink: InterfaceName, sparing spared: [InterfaceAddress] = [], _ voice: Voice) {
        self.uplink = uplink
        self.spared = spared
        self.voice = voice
    }

    /// Does so and forgets the uplink; nothing if it is not kept.
    public func run() {
        guard let kept = RunDirectory.kept(uplink, voice) else { return }
        GuardUnit(uplink).stop(voice)
        DelegationUnit(uplink, voice).end(wasWished: kept.wish.delegation != nil)
        takeBack(kept)
        restoreSettings(kept)
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
            let proxy = ProxyHost(link, routes)
            try proxy.release()
            if !kept.wish.proxies.isEmpty { try proxy.withdraw() }
            try GuestAddressing(of: uplink, kept.wish, routes).release(voice)
            let extra = Set(kept.wish.addresses).subtracting(spared)
            for address in try routes.addresses(of: link.index) where extra.contains(address.value) {
                try routes.remove(address)
            }
        } catch {
            voice.complain("'\(uplink)': \(error).", uplink: uplink)
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
            if error.code != ENOENT { voice.complain("'\(uplink)': \(error).", uplink: uplink) }
        }
    }
}
