// Before the link is up: the firewall, so that not one packet passes it; accept_ra, so that not one router advertisement
// is heard with the wrong one.
import Host
import Keep6

/// The pre-up phase.
struct PreUp {
    let call: IfupdownCall
    let voice: Voice

    func run() -> Int32 {
        guard let wish = call.wish(voice, saysComplaints: true) else { return 0 }
        if wish.firewall { HostFirewall(voice).restoreOnce(voice) }
        RunDirectory.keep(KeptUplink(wish: wish), voice)
        return 0
    }
}
