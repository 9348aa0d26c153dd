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
        if let kept = configuration.kept(link, saysComplaints: true) {
            keep(kept)
        } else if RunDirectory.kept(link.name, voice)?.manager == .networkd {
            Farewell(to: link.name, voice).bid()
        }
    }

    func keep(_ kept: KeptUplink) {
        let uplink = kept.wish.uplink
        guard RunDirectory.kept(uplink, voice)?.manager != .ifupdown else {
            return voice.complain(
                "'\(uplink)': its iface stanza says 'keep6 yes', and a .network file has an [X-Keep6] section for it;"
                    + " the stanza holds until ifdown. Let only one of the two configure it.", uplink: uplink)
        }
        let hasChanged = RunDirectory.keep(kept, voice)
        let unit = GuardUnit(uplink)
        if !GuardLock.isHeld(for: uplink) {
            unit.start(voice)
        } else if hasChanged {
            unit.poke(voice)
        }
    }
}
