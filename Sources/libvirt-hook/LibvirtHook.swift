// libvirt-hook NETWORK OPERATION SUBOPERATION: what keep6 does when libvirt starts a network (libvirt's hooks.html).
import CLinux
import Host
import Internet
import Keep6
import Linux
import Systemd

/// Runs the network hook. It never fails: a hook that does keeps the network from starting.
///
/// `start begin` comes before libvirt's own check of accept_ra, `started begin` when forwarding is on.
public func libvirtHook(_ arguments: [String], _ environment: ProcessEnvironment) -> Int32 {
    let voice = Voice(environment)
    guard arguments.count >= 3, arguments[2] == "begin" else { return 0 }
    let uplinks = RunDirectory.uplinks()
    switch arguments[1] {
    case "start": for uplink in uplinks { prepare(uplink, voice) }
    case "started": lookOnceMore(uplinks, voice)
    default: break
    }
    return 0
}

private func prepare(_ uplink: InterfaceName, _ voice: Voice) {
    let wish = RunDirectory.kept(uplink, voice)?.wish ?? Wish(uplink: uplink)
    do {
        try Kernel.correctAcceptRA(wish)
    } catch {
        guard error.code != ENOENT else { return }
        voice.complain("'\(uplink)': \(error); libvirt may refuse to start the network.", uplink: uplink)
    }
}

private func lookOnceMore(_ uplinks: [InterfaceName], _ voice: Voice) {
    guard !uplinks.isEmpty else { return }
    do throws(SystemError) {
        let manager = try Manager()
        for uplink in uplinks where GuardLock.isHeld(for: uplink) {
            try manager.signal("keep6@\(UnitInstance(uplink.description).escaped).service", SIGHUP)
        }
    } catch {
        voice.complain("\(error); the guards see by themselves what the kernel does.")
    }
}
