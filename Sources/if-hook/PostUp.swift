// After the link is up: addresses that are usable, the guard started, and a prefix asked for.
import Host
import Internet
import Keep6
import Linux

/// The post-up phase.
struct PostUp {
    let call: IfupdownCall
    let voice: Voice

    func run() -> Int32 {
        guard let wish = call.wish(voice, saysComplaints: false) else { return 0 }
        RunDirectory.keep(KeptUplink(wish: wish), voice)
        let hasDuplicate = configureAddresses(wish)
        GuardUnit(wish.uplink).startOrPoke(voice)
        let delegation = DelegationUnit(wish.uplink, voice)
        wish.delegation == nil ? delegation.end(wasWished: false) : delegation.start()
        return hasDuplicate ? 1 : 0
    }

    /// Adds the wish's addresses and waits until they are usable; returns whether one is a duplicate.
    private func configureAddresses(_ wish: Wish) -> Bool {
        let uplink = wish.uplink
        do throws(SystemError) {
            let configuration = try AddressConfiguration(of: uplink, own: call.ownAddresses, extra: wish.addresses)
            let outcome = try configuration.run(limit: .seconds(10))
            for sentence in outcome.sentences { voice.complain(sentence, uplink: uplink) }
            return outcome.hasDuplicate
        } catch {
            voice.complain("'\(uplink)': \(error); its addresses could not be checked.", uplink: uplink)
            return false
        }
    }
}
