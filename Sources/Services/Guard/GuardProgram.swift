// keep6-guard IFACE: the service that keeps one uplink's default route (keep6@.service(8)).
import CLinux
import Configuration
import Host
import Internet
import Linux
import StateMachines
import Systemd

/// Runs the guard until it is told to stop; returns the exit code.
///
/// 0 stopped, 1 something failed that a restart may mend, 78 (EX_CONFIG, sysexits.h) a restart will not mend it.
package func keep6Guard(_ arguments: [String], _ environment: ProcessEnvironment) -> Int32 {
    // The lock says that it runs, and then it can be told to look once more.
    EventLoop.block([SIGHUP, SIGTERM, SIGINT])
    let log = Log(environment)
    let misconfigured: Int32 = 78
    guard arguments.count == 1, let text = UnitInstance.text(arguments[0]), let uplink = InterfaceName(text) else {
        log.warning(
            "the guard needs the name of one interface, got '\(arguments.joined(separator: "' '"))';"
                + " start it as keep6@INTERFACE.service.")
        return misconfigured
    }
    do throws(SystemError) {
        let lock = try GuardLock.acquire(for: uplink)
        let kept = RunDirectory.kept(uplink, log)
        if kept == nil {
            log[uplink].warning(
                "there is no wish for it in \(RunDirectory.path), so the defaults are used; write"
                    + " 'keep6 yes' into its iface stanza and bring it up with ifup, or '[X-Keep6]' into its .network"
                    + " file and run 'systemctl restart keep6-networkd'.")
        }
        let memory = RunDirectory.memory(uplink, log) ?? GuardMemory()
        try GuardService(kept ?? KeptUplink(wish: Wish(uplink: uplink)), memory: memory, log).run()
        lock.release()
        return 0
    } catch {
        let reason =
            error.code == EWOULDBLOCK
            ? "another guard watches it already; stop that one first" : "\(error); the guard cannot run"
        log[uplink].warning("\(reason).")
        if error.code == EWOULDBLOCK { return misconfigured }
        waitBeforeRestart()
        return 1
    }
}

/// systemd starts a guard that has ended at once, as it should be after a crash; one that cannot even start must not keep
/// it busy. A signal to stop ends the pause.
private func waitBeforeRestart() {
    do throws(SystemError) {
        let loop = try EventLoop()
        for signal in [SIGTERM, SIGINT] { try loop.onSignal(signal) { loop.exit() } }
        let timer = try loop.timer { loop.exit() }
        try timer.set(Instant.now.advanced(by: .seconds(1)))
        try loop.run()
    } catch {}
}
