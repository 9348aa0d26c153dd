// if-hook: what the scripts of ifupdown, ifupdown-ng and ifupdown2 do for a kept uplink (interfaces(5)).
import CLinux
import Host
import Internet
import Linux
import Netlink

/// Runs the hook for the phase in the environment; returns the exit code.
///
/// Only what the guard cannot mend makes ifup fail: an interface name that is none, a duplicate address.
package func ifHook(_ environment: ProcessEnvironment) -> Int32 {
    let log = Log(environment)
    let call: IfupdownCall
    do {
        call = try IfupdownCall(environment)
    } catch {
        log.warning("the ifupdown hook \(error).")
        return 1
    }
    switch call.phase {
    case .preUp: return PreUp(call: call, log: log).run()
    case .postUp: return PostUp(call: call, log: log).run()
    case .preDown:
        if RunDirectory.kept(call.uplink, log)?.wish.firewall == true {
            HostFirewall(log).save(cause: "ifdown \(call.uplink)", log)
        }
        Release(of: call.uplink, log).run()
        return 0
    }
}
