// networkd-hook: what networkd-dispatcher has keep6 do when a link that networkd configures changes its state.
import CLinux
import Host
import Internet
import Linux
import Netlink

/// Runs the handler for the interface in the environment; returns the exit code.
///
/// The state does not matter: each of them is a reason to read the wish and to see that its guard runs.
package func networkdHook(_ environment: ProcessEnvironment) -> Int32 {
    let log = Log(environment)
    guard let text = environment["IFACE"], let uplink = InterfaceName(text) else {
        log.warning(
            "the networkd handler was called without the name of an interface in IFACE; networkd-dispatcher must call"
                + " it.")
        return 1
    }
    do {
        if let link = try Rtnetlink().link(uplink) { LinkKeeper(log).keep(link) }
        return 0
    } catch {
        log[uplink].warning("\(error); keep6 cannot see whether it is to be kept.")
        return 1
    }
}
