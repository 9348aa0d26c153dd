// keep6-guard IFACE: the service that keeps one uplink's default route (keep6@.service(8)).
import CLinux
import Host
import Internet
import Keep6
import Linux
import Systemd

/// Runs the guard until it is told to stop; returns the exit code.
///
/// 0 stopped, 1 something failed that a restart may mend, 78 (EX_CONFIG, sysexits.h) a restart will not mend it.
public func keep6Guard(_ arguments: [String], _ environment: ProcessEnvironment) -> Int32 {
    let voice = Voice(environment)
    let misconfigured: Int32 = 78
    guard arguments.count == 1, let text = UnitInstance.text(arguments[0]), let uplink = InterfaceName(text) else {
        voice.complain(
            "the guard needs the name of one interface, got '\(arguments.joined(separator: "' '"))';"
                + " start it as keep6@INTERFACE.service.")
        return misconfigured
    }
    do throws(SystemError) {
        let lock = try GuardLock.take(of: uplink)
        let kept = RunDirectory.kept(uplink, voice)
        if kept == nil {
            voice.complain(
                "'\(uplink)': there is no wish for it in \(RunDirectory.path), so the defaults are used; write"
                    + " 'keep6 yes' into its iface stanza and bring it up with ifup, or '[X-Keep6]' into its .network"
                    + " file and run 'systemctl restart keep6-networkd'.", uplink: uplink)
        }
        let memory = RunDirectory.memory(uplink, voice) ?? Memory()
        try Watchman(kept ?? KeptUplink(wish: Wish(uplink: uplink)), memory: memory, voice).run()
        lock.release()
        return 0
    } catch {
        let reason =
            error.code == EWOULDBLOCK
            ? "another guard watches it already; stop that one first" : "\(error); the guard cannot run"
        voice.complain("'\(uplink)': \(reason).", uplink: uplink)
        return error.code == EWOULDBLOCK ? misconfigured : 1
    }
}
