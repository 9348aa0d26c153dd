// keep6-delegation@IFACE.service, as the hooks start and stop it.
import Internet
import Linux
import Netlink
import Systemd

/// The unit that asks for one uplink's delegated prefix.
package struct DelegationUnit {
    /// The program that asks, of Debian's package dhcpcd-base.
    package static let dhcpcd = "/usr/sbin/dhcpcd"

    private let uplink: InterfaceName
    private let log: Log
    package let name: String

    package init(_ uplink: InterfaceName, _ log: Log) {
        self.uplink = uplink
        self.log = log
        name = "keep6-delegation@\(UnitInstance(uplink.description).escaped).service"
    }

    /// Makes systemd start it with the stored wish, without waiting; a running one restarts, and its routes stay
    /// meanwhile.
    package func start() {
        do { try Manager().restart(name) } catch {
            log[uplink].warning(
                "\(error); no prefix is asked for; run 'systemctl start \(name)'.")
        }
    }

    /// Stops it and undoes what it did; nothing if no prefix was configured or ever asked for.
    package func end(wasWished: Bool) {
        guard wasWished || DelegationFiles.memory(uplink, log) != nil else { return }
        do { try Manager().stop(name, limit: .seconds(15)) } catch {
            log[uplink].warning("\(error); run 'systemctl stop \(name)'.")
        }
        takeBack()
    }

    /// Removes the routes of the delegated prefixes, which no service removes any longer, and the stored prefixes.
    package func takeBack() {
        do throws(SystemError) {
            let routes = try Rtnetlink()
            for prefix in DelegationFiles.memory(uplink, log)?.prefixes ?? [] {
                do throws(SystemError) { try routes.remove(prefix.route) } catch {
                    if error.code == Route.isNotThere { continue }
                    log[uplink].warning("\(error).")
                }
            }
            try DelegationFiles.forget(uplink)
        } catch { log[uplink].warning("\(error).") }
    }
}
