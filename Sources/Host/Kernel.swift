// The kernel's state of one uplink, read and put right.
import CLinux
import Internet
import Keep6
import Linux
import Netlink

/// The kernel, as far as keep6 asks it and tells it.
public struct Kernel {
    public let routes: RouteSocket

    public init() throws(SystemError) { routes = try RouteSocket() }

    /// Everything that matters of the uplink, now.
    public func snapshot(of uplink: InterfaceName) throws(NetlinkError) -> Snapshot {
        var snapshot = Snapshot(link: try routes.link(uplink))
        snapshot.forwarding = (try? Sysctl("forwarding", of: nil).read()).map { $0 != 0 }
        guard let link = snapshot.link else { return snapshot }
        snapshot.acceptRA = try? Sysctl("accept_ra", of: uplink).read()
        snapshot.addresses = try routes.addresses(of: link.index)
        snapshot.routes = try routes.defaultRoutes(through: link.index).filter { $0.table == Route.mainTable }
        return snapshot
    }

    /// Sets accept_ra as wished, if it is not; returns what it was and what it is.
    @discardableResult
    public static func correctAcceptRA(_ kept: KeptUplink) throws(SystemError) -> (found: Int, now: Int) {
        let setting = Sysctl("accept_ra", of: kept.wish.uplink)
        let found = try setting.read()
        guard let target = kept.acceptRATarget(from: found) else { return (found, found) }
        try setting.write(target)
        return (found, target)
    }
}
