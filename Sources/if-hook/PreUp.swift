// Before the link is up: accept_ra, so that not one router advertisement is heard with the wrong one.
import CLinux
import Host
import Internet
import Keep6
import Linux

/// The pre-up phase.
struct PreUp {
    let call: IfupdownCall
    let voice: Voice

    func run() -> Int32 {
        guard let wish = call.wish(voice, saysComplaints: true) else { return 0 }
        keep(wish, voice)
        return 0
    }
}

/// Sets accept_ra and stores the wish with what accept_ra was when keep6 first came.
///
/// An interface that is not there yet is left to post-up: bridges and VLANs may be made by a later hook.
func keep(_ wish: Wish, _ voice: Voice) {
    let uplink = wish.uplink
    var found = RunDirectory.kept(uplink, voice)?.foundAcceptRA
    do {
        let correction = try Kernel.correctAcceptRA(wish)
        found = found ?? correction.found
    } catch {
        if error.code == ENOENT { return }
        voice.complain(
            "'\(uplink)': \(error); accept_ra stays as it is, and the guard puts back what the kernel drops.",
            uplink: uplink)
    }
    do {
        try RunDirectory.keep(KeptUplink(wish: wish, foundAcceptRA: found))
    } catch {
        voice.complain("'\(uplink)': \(error); the guard will use the defaults.", uplink: uplink)
    }
}
