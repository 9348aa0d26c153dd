// networkd-hook: what networkd-dispatcher has keep6 do when a link that networkd configures changes its state.
import CLinux
import Host
import Internet
import Keep6
import Linux
import Netlink

/// Runs the handler for the interface in the environment; returns the exit code.
///
/// The state does not matter: each of them is a reason to read the wish and to see that its guard runs.
public func networkdHook(_ environment: ProcessEnvironment) -> Int32 {
    let voice = Voice(environment)
    guard let text = environment["IFACE"], let uplink = InterfaceName(text) else {
        voice.complain(
            "the networkd handler was called without the name of an interface in IFACE; networkd-dispatcher must call"
                + " it.")
        return 1
    }
    do {
        if let link = try RouteSocket().link(uplink) { Keeper(voice).keep(link) }
        return 0
    } catch {
        voice.complain("'\(uplink)': \(error); keep6 cannot see whether it is to be kept.", uplink: uplink)
        return 1
    }
}

/// Keeps the links that the .network files, as they are now, have it keep.
struct Keeper {
    let configuration: NetworkdConfiguration
    private let voice: Voice

    init(_ voice: Voice) {
        configuration = NetworkdConfiguration(voice)
        self.voice = voice
    }

    /// Starts the link's guard, or tells it that the wish is another; ends what is kept no longer.
    func keep(_ link: Link) {
        if let (kept, complaints) = configuration.kept(link) {
            keep(kept, complaints)
        } else if RunDirectory.kept(link.name, voice)?.manager == .networkd {
            Farewell(to: link.name, voice).bid()
        }
    }

    /// What is wrong in the wish is said when it is new, not with each of the link's states.
    func keep(_ kept: KeptUplink, _ complaints: [LocatedComplaint]) {
        let uplink = kept.wish.uplink
        let isWatched = GuardLock.isHeld(for: uplink)
        if RunDirectory.kept(uplink, voice)?.manager == .ifupdown {
            guard !isWatched else { return }
            voice.complain(
                "'\(uplink)': its iface stanza says 'keep6 yes', and a .network file has an [X-Keep6] section for it;"
                    + " the stanza holds until ifdown. Let only one of the two configure it.", uplink: uplink)
            return GuardUnit(uplink).start(voice)
        }
        let hasChanged = RunDirectory.keep(kept, voice)
        for complaint in complaints where hasChanged {
            voice.complain("'\(uplink)': \(complaint.place): \(complaint.complaint).", uplink: uplink)
        }
        if !isWatched {
            GuardUnit(uplink).start(voice)
        } else if hasChanged {
            GuardUnit(uplink).poke(voice)
        }
    }
}
