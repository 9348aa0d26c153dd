// libvirt-hook NETWORK OPERATION SUBOPERATION: what keep6 does when libvirt starts a network (libvirt's hooks.html).
import CLinux
import Configuration
import Host
import Internet
import Linux
import Systemd

/// Runs the network hook. It never fails: a hook that does keeps the network from starting.
///
/// `start begin` comes before libvirt's own check of accept_ra, `started begin` when forwarding is on, `stopped end`
/// also when a network did not start after all.
package func libvirtHook(_ arguments: [String], _ environment: ProcessEnvironment) -> Int32 {
    let log = Log(environment)
    guard arguments.count >= 3 else { return 0 }
    let uplinks = RunDirectory.uplinks()
    switch (arguments[1], arguments[2]) {
    case ("start", "begin"):
        setAcceptRA(of: uplinks, log, Kernel.admitForwarding, orElse: "libvirt may refuse to start the network")
    case ("started", "begin"):
        setAcceptRA(of: uplinks, log, Kernel.endAdmission, orElse: "the guard tries again")
        lookOnceMore(uplinks, log)
    case ("stopped", "end"):
        setAcceptRA(of: uplinks, log, Kernel.endAdmission, orElse: "the guard tries again")
    default: break
    }
    return 0
}

private func setAcceptRA(
    of uplinks: [InterfaceName], _ log: Log, _ set: (KeptUplink) throws(SystemError) -> Void,
    orElse consequence: String
) {
    for uplink in uplinks {
        let kept = RunDirectory.keptOrDefault(uplink, log)
        do throws(SystemError) {
            try set(kept)
        } catch {
            guard error.code != ENOENT else { continue }
            log[uplink].warning("\(error); \(consequence).")
        }
    }
}

private func lookOnceMore(_ uplinks: [InterfaceName], _ log: Log) {
    let watched = uplinks.filter { GuardLock.isHeld(for: $0) }
    guard !watched.isEmpty else { return }
    do throws(SystemError) {
        let manager = try Manager()
        for uplink in watched {
            // One that has just been stopped must not keep the others from looking.
            do throws(SystemError) { try GuardUnit(uplink).poke(manager) } catch {
                log[uplink].warning(
                    "\(error); its guard also learns from the kernel what happens.")
            }
        }
    } catch {
        log.warning("\(error); the guards see by themselves what the kernel does.")
    }
}
