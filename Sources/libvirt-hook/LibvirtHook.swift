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
    let kept = RunDirectory.kept(uplink, voice) ?? KeptUplink(wish: Wish(uplink: uplink))
    do {
        try Kernel.correctAcceptRA(kept)
    } catch {
        guard error.code != ENOENT else { return }
        voice.complain("'\(uplink)': \(error); libvirt may refuse to start the network.", uplink: uplink)
    }
}

private func lookOnceMore(_ uplinks: [InterfaceName], _ voice: Voice) {
    let watched = uplinks.filter { GuardLock.isHeld(for: $0) }
    guard !watched.isEmpty else { return }
    do throws(SystemError) {
        let manager = try Manager()
        for uplink in watched { try GuardUnit(uplink).poke(manager) }
    } catch {
        voice.complain("\(error); the guards see by themselves what the kernel does.")
    }
}
