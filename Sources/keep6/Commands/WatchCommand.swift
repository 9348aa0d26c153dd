// keep6 watch: the state of the kept uplinks, and then each change.
import CLinux
import Host
import Internet
import Linux
import Netlink
import Presentation
import Systemd

/// Follows one uplink or all until SIGINT or SIGTERM; returns 0, or 2 if it cannot watch.
func watch(_ arguments: [String], _ environment: ProcessEnvironment) -> Int32 {
    guard arguments.count <= 1, arguments.first?.hasPrefix("-") != true else {
        return misused("watch takes the name of one interface")
    }
    guard let uplinks = keptUplinks(arguments.first) else { return Status.Level.down.rawValue }
    do throws(SystemError) {
        try Follower(arguments.isEmpty ? nil : uplinks.first, environment).run()
        return 0
    } catch {
        Log.write("keep6: \(error); 'keep6 status' shows the present state\n", to: 2)
        return Status.Level.down.rawValue
    }
}

/// Checks the uplinks after each event that may concern them, and prints what is new.
private final class Follower {
    /// Changes within this time of the first event are seen by one check.
    private static let patience = Duration.milliseconds(50)
    /// The kernel reports that a lock's file is closed just before it releases the lock (__fput, fs/file_table.c).
    private static let lockPatience = Duration.seconds(1)

    /// The only uplink to follow; nil for all.
    private let uplink: InterfaceName?
    private let log: Log
    private let isColored: Bool
    private let loop: EventLoop
    private let notifications: NotificationSocket
    private let delegations: DelegationSocket
    private let files: DirectoryWatch
    private var timer: Timer?
    /// When the next check is due; nil while nothing has happened.
    private var deadline: Instant?
    private var isLockDue = false
    private var known: [InterfaceName: Status] = [:]

    init(_ uplink: InterfaceName?, _ environment: ProcessEnvironment) throws(SystemError) {
        self.uplink = uplink
        log = Log(environment)
        isColored = wantsColor(environment)
        loop = try EventLoop()
        notifications = try NotificationSocket()
        delegations = try DelegationSocket()
        files = try DirectoryWatch(RunDirectory.path)
    }

    func run() throws(SystemError) {
        for signal in [SIGINT, SIGTERM] { try loop.onSignal(signal) { [unowned self] in loop.exit() } }
        timer = try loop.timer { [unowned self] in look() }
        try loop.onReadable(notifications.descriptor) { [unowned self] in hear(notifications) }
        try loop.onReadable(delegations.descriptor) { [unowned self] in hear(delegations) }
        try loop.onReadable(files.descriptor) { [unowned self] in hearFiles() }
        look()
        try loop.run()
    }

    /// The check also sees what a lost notification reported.
    private func hear<Value>(_ subscription: Subscription<Value>) {
        do throws(SystemError) { try subscription.drain { _ in } } catch { return complain("\(error)") }
        due()
    }

    private func hearFiles() {
        do throws(SystemError) {
            if try files.changes().contains(where: { $0.hasSuffix(".lock") || $0.isEmpty }) { isLockDue = true }
            due()
        } catch { complain("\(error)") }
    }

    private func due(in patience: Duration = Follower.patience) {
        let time = Instant.now.advanced(by: patience)
        guard deadline.map({ time < $0 }) ?? true else { return }
        deadline = time
        do throws(SystemError) { try timer?.set(time) } catch { complain("\(error)") }
    }

    /// Prints what differs from the last check; for a new uplink, everything.
    private func look() {
        deadline = nil
        let uplinks = RunDirectory.uplinks().filter { uplink == nil || $0 == uplink }
        for gone in known.keys where !uplinks.contains(gone) {
            known[gone] = nil
            say(gone, "is no longer kept")
        }
        do {
            for status in try states(of: uplinks, log) {
                if let old = known[status.uplink] {
                    for change in status.changes(since: old) { say(status.uplink, change) }
                } else {
                    Log.write(status.screen(isColored: isColored), to: 1)
                }
                known[status.uplink] = status
            }
        } catch { complain("\(error)") }
        if isLockDue {
            isLockDue = false
            due(in: Follower.lockPatience)
        }
    }

    private func say(_ uplink: InterfaceName, _ sentence: String) {
        Log.write("\(LocalTime.clock(.now)) \(uplink): \(sentence)\n", to: 1)
    }

    private func complain(_ sentence: String) {
        Log.write("keep6: \(sentence); a change may have been missed, see 'keep6 status'\n", to: 2)
    }
}
