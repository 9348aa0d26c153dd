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
    package func startOrPoke(_ log: Log) {
        GuardLock.isHeld(for: uplink) ? poke(log) : start(log)
    }

    /// Makes systemd start it, without waiting; a running guard is not an error.
    package func start() throws(SystemError) { try Manager().start(name) }

    /// The same, complaining itself.
    package func start(_ log: Log) {
        do { try start() } catch {
            log[uplink].warning(
                "\(error); no guard watches its default route; run 'systemctl start \(name)'.")
        }
    }

    /// Stops it and waits for that, 15 seconds at most, for systemd gives it ten.
    package func stop(_ log: Log) {
        do {
            try Manager().stop(name, limit: .seconds(15))
        } catch {
            log[uplink].warning("\(error); run 'systemctl stop \(name)'.")
        }
    }

    /// Has a guard that runs look once more, at the wish as well.
    package func poke(_ manager: Manager) throws(SystemError) {
        try manager.signal(name, SIGHUP)
    }

    /// The same, complaining itself.
    package func poke(_ log: Log) {
        do { try poke(Manager()) } catch {
            log[uplink].warning("\(error); run 'systemctl reload \(name)'.")
        }
    }
}
