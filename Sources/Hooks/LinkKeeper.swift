// The links that the .network files have keep6 keep: their wishes stored, their guards running.
import Configuration
import Host
import Internet
import Linux
import Netlink

/// Keeps links by the .network files as they are when it is made.
struct LinkKeeper {
    let configuration: NetworkdConfiguration
    private let log: Log

    init(_ log: Log) {
        configuration = NetworkdConfiguration(log)
        self.log = log
    }

    /// Starts the link's guard, or tells it that the wish is another; ends what is kept no longer.
    ///
    /// Returns whether networkd's files decide about the link, and not networkd itself later.
    @discardableResult
    func keep(_ link: Link) -> Bool {
        switch configuration.answer(for: link) {
        case .keep(let kept, let complaints): keep(kept, complaints)
        case .leave(let addresses): LinkKeeper.release(link.name, sparing: addresses, log)
        case .cannotTell: return false
        }
        return true
    }

    /// What is wrong in the wish is said when it is new, not with each of the link's states.
    func keep(_ kept: KeptUplink, _ complaints: [LocatedComplaint]) {
        let uplink = kept.wish.uplink
        if RunDirectory.kept(uplink, log)?.manager == .ifupdown {
            guard !GuardLock.isHeld(for: uplink) else { return }
            log[uplink].warning(
                "its iface stanza says 'keep6 yes', and a .network file has an [X-Keep6] section for it;"
                    + " the stanza holds until ifdown. Let only one of the two configure it.")
            return GuardUnit(uplink).start(log)
        }
        let hasChanged = RunDirectory.keep(kept, log)
        for complaint in complaints where hasChanged {
            log[uplink].warning("\(complaint.place): \(complaint.complaint).")
        }
        if !GuardLock.isHeld(for: uplink) {
            GuardUnit(uplink).start(log)
        } else if hasChanged {
            GuardUnit(uplink).poke(log)
        }
    }

    /// Ends the keeping of a link by a .network file, if it is kept by one; no file needs to be read for that.
    static func release(_ uplink: InterfaceName, sparing addresses: [InterfaceAddress] = [], _ log: Log) {
        guard RunDirectory.kept(uplink, log)?.manager == .networkd else { return }
        Release(of: uplink, sparing: addresses, log).run()
    }
}
