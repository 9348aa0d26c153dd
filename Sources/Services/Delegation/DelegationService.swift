// Runs dhcpcd, which asks and configures nothing, and does with its leases what has to be done.
import CLinux
import Configuration
import Host
import Internet
import Linux
import Netlink
import StateMachines
import Systemd

/// One uplink's dhcpcd and who attends to it: an event loop around `DelegationClient`.
///
/// dhcpcd runs without CAP_NET_ADMIN. Left to itself it turns the kernel's link-local addresses off on the link for good
/// (if_setup_inet6 in its if-linux.c), whatever it is told not to configure; so it can change neither the link nor its
/// addresses, routes and settings.
final class DelegationService {
    private static let script = "/usr/libexec/keep6/delegation-report"

    private let uplink: InterfaceName
    private let log: Log
    private let routes: Rtnetlink
    private let notifications: NotificationSocket
    private let loop: EventLoop
    private var client: DelegationClient
    private var child: ChildProcess?
    /// dhcpcd's pipes, until it closes them.
    private var output: Readiness?
    private var errors: Readiness?
    private var timer: Timer?
    private var isStopping = false
    private var mustTakeBack = false
    private var code: Int32 = 0
    private var status = ""

    init(_ delegation: DelegationRequest, of uplink: InterfaceName, _ log: Log) throws(SystemError) {
        self.uplink = uplink
        self.log = log
        routes = try Rtnetlink()
        notifications = try NotificationSocket()
        loop = try EventLoop()
        let memory = DelegationFiles.memory(uplink, log) ?? DelegationMemory()
        client = DelegationClient(delegation, of: uplink, remembered: memory, at: .now)
        let gone = memory.prefixes.filter { !client.prefixes.contains($0) }
        for prefix in gone { perform(.remove(prefix)) }
        try DelegationFiles.remember(DelegationMemory(client.prefixes), of: uplink)
        let first = DelegationIdentity(duid: delegation.duid, link: try link())
        let identity = try DelegationFiles.identity(of: uplink, first, log)
        let input = DhcpcdSettings(identity, hint: delegation.hint, script: DelegationService.script)
        try StateFile.replace(DelegationFiles.configurationPath(uplink), with: input.text)
    }

    private func link() throws(SystemError) -> Link {
        if let link = try routes.link(uplink) { return link }
        throw SystemError(code: ENODEV, doing: "look for the interface '\(uplink)'")
    }

    /// Returns the exit code: 0 after SIGTERM or SIGINT, 1 when dhcpcd has ended by itself.
    func run() throws(SystemError) -> Int32 {
        timer = try loop.timer { [unowned self] in dispatch(.timer) }
        for signal in [SIGTERM, SIGINT] {
            try loop.onSignal(signal) { [unowned self] in stop() }
        }
        try loop.keepWatchdog()
        let index = try link().index
        try notifications.watch(index)
        try loop.onReadable(notifications.descriptor) { [unowned self] in hearKernel(of: index) }
        try check("take CAP_NET_ADMIN from dhcpcd") { keep6_deny_to_children(CAP_NET_ADMIN) }
        let configuration = DelegationFiles.configurationPath(uplink)
        let child = try ChildProcess(
            Program(DelegationUnit.dhcpcd, ["--nobackground", "--config", configuration, "--", uplink.description]))
        self.child = child
        output = try loop.readiness(of: child.output.descriptor) { [unowned self] in
            let lines = heard(child.output)
            if lines == nil { output = nil }
            for line in lines ?? [] {
                if let report = DhcpcdReport(line: line) { dispatch(.report(report)) }
            }
        }
        errors = try loop.readiness(of: child.errors.descriptor) { [unowned self] in
            let lines = heard(child.errors)
            if lines == nil { errors = nil }
            for line in lines ?? [] { dispatch(.said(line)) }
        }
        try loop.onReadable(child.end) { [unowned self] in end(child) }
        ServiceNotification.ready()
        for prefix in client.prefixes { perform(.put(prefix)) }
        dispatch(.timer)
        try loop.run()
        return code
    }

    /// The filter lets other interfaces' default routes through; a route of keep6's own is no word of a router's. Where some
    /// were lost, one may have been it.
    private func hearKernel(of index: InterfaceIndex) {
        var hasCome = false
        do throws(SystemError) {
            try notifications.drain { heard in
                guard let heard else {
                    hasCome = true
                    return
                }
                for case .routeAdded(let route, _, _) in heard {
                    hasCome = hasCome || route.interface == index && route.routeProtocol != .keep6
                }
            }
        } catch { log[uplink].warning("\(error).") }
        if hasCome { dispatch(.routerCame) }
    }

    /// nil if the pipe is at its end, or broken: it would wake the loop for ever.
    private func heard(_ pipe: Pipe) -> [String]? {
        do throws(SystemError) { return try pipe.lines() } catch {
            log[uplink].warning("\(error).")
            return nil
        }
    }

    /// The routes stay over a restart; else nobody would end them.
    private func stop() {
        isStopping = true
        ServiceNotification.stopping()
        do throws(SystemError) { try child?.signal(SIGTERM) } catch {
            log[uplink].warning("\(error); systemd ends it.")
            loop.exit()
        }
        let isRestarting = try? Manager().isBeingRestarted(DelegationUnit(uplink, log).name)
        mustTakeBack = isRestarting == false
    }

    private func end(_ child: ChildProcess) {
        defer { loop.exit() }
        if mustTakeBack { DelegationUnit(uplink, log).takeBack() }
        guard let ended = try? child.wait(), !isStopping else { return }
        code = 1
        while child.errors.isReadable, let lines = try? child.errors.lines() {
            for line in lines { dispatch(.said(line)) }
        }
        let words = client.lastWords.map { ": \"\($0)\"" } ?? ""
        log[uplink].warning("dhcpcd ended with \(ended)\(words); systemd starts it again.")
    }
}

// MARK: - Actions

extension DelegationService {
    private func dispatch(_ event: DelegationClient.Event) {
        for action in client.handle(event, at: .now) { perform(action) }
        if client.summary != status {
            status = client.summary
            ServiceNotification.status(status)
        }
        do { try timer?.set(client.deadline) } catch { log[uplink].warning("\(error).") }
    }

    private func perform(_ action: DelegationClient.Action) {
        switch action {
        case .put(let prefix):
            do throws(SystemError) { try routes.put(prefix.route) } catch {
                log[uplink].warning(
                    "\(error); what is sent to unused addresses of \(prefix.prefix) goes round in circles.")
            }
        case .remove(let prefix):
            do throws(SystemError) { try routes.remove(prefix.route) } catch {
                if error.code != Route.isNotThere { log[uplink].warning("\(error).") }
            }
        case .remember:
            do throws(SystemError) {
                try DelegationFiles.remember(DelegationMemory(client.prefixes), of: uplink)
            } catch { log[uplink].warning("\(error).") }
        case .askAnew:
            do throws(SystemError) { try child?.signal(SIGHUP) } catch {
                log[uplink].warning("\(error); it asks in its own time.")
            }
        case .report(let notice): log[uplink].report(notice)
        }
    }
}
