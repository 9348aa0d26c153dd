// Before the link is up: the firewall, so that not one packet passes it; accept_ra, so that not one router advertisement
// is heard with the wrong one.
import Configuration
import Host

/// The pre-up phase.
struct PreUp {
    let call: IfupdownCall
    let log: Log

    func run() -> Int32 {
        guard let wish = call.wish(log, saysComplaints: true) else { return 0 }
        if wish.firewall { HostFirewall(log).restoreOnce(log) }
        RunDirectory.keep(KeptUplink(wish: wish), log)
        // It has the stanza's address used while duplicate address detection, for which ifup waits, goes on. Should
        // this fail, post-up tries again and says so.
        try? GuardUnit(wish.uplink).start()
        return 0
    }
}
