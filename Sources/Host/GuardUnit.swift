// keep6@IFACE.service, as the hooks start, stop and signal it.
import CLinux
import Internet
import Keep6
import Linux
import Systemd

/// The unit of one uplink's guard.
public struct GuardUnit {
    private let uplink: InterfaceName
    public let name: String

    public init(_ uplink: InterfaceName) {
        self.uplink = uplink
        name = "keep6@\(UnitInstance(uplink.description).escaped).service"
    }

    /// Starts it, or has one that runs look once more; the wish must be stored by then.
    public func startOrPoke(_ voice: Voice) {
        GuardLock.isHeld(for: uplink) ? poke(voice) : start(voice)
    }

    /// Has systemd start it, without waiting for that; a guard that runs is as good.
    public func start() throws(SystemError) { try Manager().start(name) }

    /// The same, complaining itself.
    public func start(_ voice: Voice) {
        do { try start() } catch {
            voice.complain(
                "'\(uplink)': \(error); nobody watches its default route; run 'systemctl start \(name)'.",
                uplink: uplink)
        }
    }

    /// Stops it and waits for that, 15 seconds at most, for systemd gives it ten.
    public func stop(_ voice: Voice) {
        do {
            try Manager().stop(name, limit: .seconds(15))
        } catch {
            voice.complain("'\(uplink)': \(error); run 'systemctl stop \(name)'.", uplink: uplink)
        }
    }

    /// Has a guard that runs look once more, at the wish as well.
    public func poke(_ manager: Manager) throws(SystemError) {
        try manager.signal(name, SIGHUP)
    }

    /// The same, complaining itself.
    public func poke(_ voice: Voice) {
        do { try poke(Manager()) } catch {
            voice.complain("'\(uplink)': \(error); run 'systemctl reload \(name)'.", uplink: uplink)
        }
    }
}
