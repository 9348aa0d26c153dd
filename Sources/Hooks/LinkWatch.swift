// The links of the host that networkd may configure: those that are there, and those that come and go.
import CLinux
import Configuration
import Host
import Internet
import Linux
import Netlink
import Systemd

/// Has every link kept that the .network files have kept.
final class LinkWatch {
    private let log: Log
    private let routes: Rtnetlink
    private let notifications: NotificationSocket
    private let loop: EventLoop
    /// The links about which is decided, by the names that they had then.
    private var names: [InterfaceIndex: InterfaceName] = [:]
    /// The names that the files spell out: their guards wait for them.
    private var expected: Set<InterfaceName> = []
    /// Whether a file can be for a link whose name it does not spell out.
    private(set) var hasPatterns = false

    init(_ log: Log) throws(SystemError) {
        self.log = log
        routes = try Rtnetlink()
        // Before the links are listed, so that none can come in between unseen.
        notifications = try NotificationSocket()
        loop = try EventLoop()
    }

    /// Checks all links and files again, and stops the guards of links that no file keeps.
    func keepAll() throws(SystemError) {
        let keeper = LinkKeeper(log)
        let files = keeper.configuration.tree.kept
        hasPatterns = files.contains { NetworkMatch($0).isPattern }
        let links = try routes.links()
        names = [:]
        for link in links where keeper.keep(link) { names[link.index] = link.name }
        expected = []
        let present = Set(links.map(\.name) + links.flatMap { $0.alternativeNames.compactMap { InterfaceName($0) } })
        for file in files { expect(file, besides: present, keeper) }
        for uplink in RunDirectory.uplinks() where !present.contains(uplink) && !expected.contains(uplink) {
            LinkKeeper.release(uplink, log)
        }
    }

    /// Starts the guards of links that the file names and that are not there yet: they wait for them.
    private func expect(_ file: NetworkFile, besides present: Set<InterfaceName>, _ keeper: LinkKeeper) {
        for name in NetworkMatch(file).literalNames where expected.insert(name).inserted && !present.contains(name) {
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
        var isStale = false
        do throws(SystemError) {
            try notifications.drain { heard in
                guard let heard else {
                    isStale = true
                    return
                }
                for notification in heard {
                    if case .linkChanged(let link) = notification { apply(link) }
                    if case .linkRemoved(let link) = notification { lose(link.index) }
                }
            }
            if isStale { try keepAll() }
        } catch {
            log.warning("\(error); run 'systemctl restart keep6-networkd' if a link is new and has no guard.")
        }
    }

    /// A link is new, has another name than before, or was undecided.
    private func apply(_ link: Link) {
        guard names[link.index] != link.name else { return }
        lose(link.index)
        if LinkKeeper(log).keep(link) { names[link.index] = link.name }
    }

    /// A link is gone, or has another name now. One that a file spells out is waited for.
    private func lose(_ index: InterfaceIndex) {
        guard let name = names.removeValue(forKey: index), !expected.contains(name), !names.values.contains(name) else {
            return
        }
        LinkKeeper.release(name, log)
    }
}
