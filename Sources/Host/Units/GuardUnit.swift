// keep6@IFACE.service, as the hooks start, stop and signal it.
import CLinux
import Internet
import Linux
import Systemd

/// The unit of one uplink's guard.
package struct GuardUnit {
    private let uplink: InterfaceName
    package let name: String

    package init(_ uplink: InterfaceName) {
        self.uplink = uplink
        name = "keep6@\(UnitInstance(uplink.description).escaped).service"
    }

    /// Starts it, or has one that runs look once more; the wish must be stored by then.
    package func startOrPoke(_ voice: Voice) {
        GuardLock.isHeld(for: uplink) ? poke(voice) : start(voice)
    }

    /// Makes systemd start it, without waiting; a running guard is not an error.
    package func start() throws(SystemError) { try Manager().start(name) }

    /// The same, complaining itself.
    package func start(_ voice: Voice) {
        do { try start() } catch {
            voice.complain(
                "'\(uplink)': \(error); no guard watches its default route; run 'systemctl start \(name)'.",
                uplink: uplink)
        }
    }

    /// Stops it and waits for that, 15 seconds at most, for systemd gives it ten.
    package func stop(_ voice: Voice) {
        do {
            try Manager().stop(name, limit: .seconds(15))
        } catch {
            voice.complain("'\(uplink)': \(error); run 'systemctl stop \(name)'.", uplink: uplink)
        }
    }

    /// Has a guard that runs look once more, at the wish as well.
    package func poke(_ manager: Manager) throws(SystemError) {
        try manager.signal(name, SIGHUP)
    }

    /// The same, complaining itself.
    package func poke(_ voice: Voice) {
        do { try poke(Manager()) } catch {
            voice.complain("'\(uplink)': \(error); run 'systemctl reload \(name)'.", uplink: uplink)
        }
    }
}
