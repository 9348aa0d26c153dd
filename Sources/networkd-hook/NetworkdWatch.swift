// networkd-watch: keep6-networkd.service, which sees to it that no kept link is without its guard.
import CLinux
import Host
import Internet
import Keep6
import Linux
import Netlink
import Systemd

/// Starts the guards of all links that the .network files have kept, also of those that are not there yet.
///
/// networkd-dispatcher starts late, may miss a link, and may not be installed. Only where a file names its links by a
/// pattern does the program stay, for links that come later; else it ends.
public func networkdWatch(_ environment: ProcessEnvironment) -> Int32 {
    let voice = Voice(environment)
    let keeper = Keeper(voice)
    let files = keeper.configuration.tree.kept
    do throws(SystemError) {
        let watch = try LinkWatch(keeper, voice)
        watch.keepAll()
        for file in files { watch.expect(file) }
        ServiceNotification.ready()
        if files.contains(where: { NetworkMatch($0).isPattern }) { try watch.run() }
        return 0
    } catch {
        voice.complain("\(error); only networkd-dispatcher tells keep6 which links there are.")
        return 1
    }
}

/// The links of the host, and those that come and go.
private final class LinkWatch {
    private let keeper: Keeper
    private let voice: Voice
    private let routes: RouteSocket
    private let notifications: NotificationSocket
    private let loop: EventLoop
    private var names: [InterfaceIndex: InterfaceName] = [:]

    init(_ keeper: Keeper, _ voice: Voice) throws(SystemError) {
        self.keeper = keeper
        self.voice = voice
        routes = try RouteSocket()
        // Before the links are listed, so that none can come in between unseen.
        notifications = try NotificationSocket()
        loop = try EventLoop()
    }

    func keepAll() {
        do {
            let links = try routes.links()
            names = names.filter { known in links.contains { $0.index == known.key } }
            for link in links { take(link) }
        } catch {
            voice.complain("\(error); keep6 hears only of links that change from now on.")
        }
    }

    /// Starts the guards of links that are named in the file and not there yet: they wait for them.
    func expect(_ file: NetworkFile) {
        for name in NetworkMatch(file).literalNames where !names.values.contains(name) {
            if let (kept, complaints) = keeper.configuration.kept(name, by: file) { keeper.keep(kept, complaints) }
        }
    }

    /// Follows the kernel's notifications until SIGTERM.
    func run() throws(SystemError) {
        try loop.onReadable(notifications.descriptor) { [unowned self] in hear() }
        try loop.onSignal(SIGTERM) { [unowned self] in loop.exit() }
        try loop.run()
    }

    private func hear() {
        while true {
            do {
                guard let heard = try notifications.receive() else { return }
                for notification in heard {
                    if case .linkChanged(let link) = notification { take(link) }
                    if case .linkRemoved(let link) = notification { names[link.index] = nil }
                }
            } catch {
                guard error.code == ENOBUFS else { return voice.complain("\(error).") }
                keepAll()
            }
        }
    }

    /// A link is new, or has another name than before.
    private func take(_ link: Link) {
        guard names[link.index] != link.name else { return }
        names[link.index] = link.name
        keeper.keep(link)
    }
}
