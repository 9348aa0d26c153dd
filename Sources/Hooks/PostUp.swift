// After the link is up: addresses that are usable, the guard started, and a prefix asked for.
import Configuration
import Host
import Internet
import Linux

/// The post-up phase.
struct PostUp {
    let call: IfupdownCall
    let log: Log

    func run() -> Int32 {
        guard let wish = call.wish(log, saysComplaints: false) else { return 0 }
        var kept = KeptUplink(wish: wish)
        RunDirectory.keep(kept, log)
        let outcome = configureAddresses(wish)
        // From now on the guard puts them back; before, it would have come between ifup and the interface.
        kept.staticAddresses = outcome.configured
        kept.configuredInterface = outcome.interface
        RunDirectory.keep(kept, log)
        GuardUnit(wish.uplink).startOrPoke(log)
        let delegation = DelegationUnit(wish.uplink, log)
        wish.delegation == nil ? delegation.end(wasWished: false) : delegation.start()
        return outcome.hasDuplicate ? 1 : 0
    }

    /// Adds the wish's addresses and waits until they are usable.
    private func configureAddresses(_ wish: Wish) -> AddressConfiguration.Outcome {
        let uplink = wish.uplink
        do throws(SystemError) {
            let configuration = try AddressConfiguration(of: uplink, own: call.ownAddresses, extra: wish.addresses)
            let outcome = try configuration.run(limit: .seconds(10))
            for sentence in outcome.sentences { log[uplink].warning(sentence) }
            return outcome
        } catch {
            log[uplink].warning("\(error); its addresses could not be checked.")
            return AddressConfiguration.Outcome()
        }
    }
}
