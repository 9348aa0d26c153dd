import Foundation
import Testing

/// What one case has to itself: a provider, and a host at it.
final class Lab {
    /// Of a guest on the libvirt network that every host has.
    static let guestAddress = "fd00:6::2"

    let provider: Provider
    private(set) var host: Host?
    private var guests: [Guest] = []

    fileprivate init() throws {
        provider = try Provider()
    }

    /// A host wired to the provider and switched on.
    func switchOn(_ plan: HostPlan) throws -> Host {
        let host = try Host(plan)
        self.host = host
        for uplink in plan.uplinks { try provider.connect(uplink, to: host) }
        try host.switchOn()
        return host
    }

    /// The same, when its boot is over.
    func boot(_ plan: HostPlan) throws -> Host {
        let host = try switchOn(plan)
        try host.waitForBoot()
        return host
    }

    /// A host that is online by routes just learnt from a router that advertises itself.
    func bootOnline(_ plan: HostPlan, by interfaces: [String] = ["eth0"], router: Router = Router()) throws -> Host {
        let host = try switchOn(plan)
        try provider.startRouter(router)
        try host.waitForBoot()
        for interface in interfaces { try host.waitForLearntRoute(by: interface) }
        return host
    }

    /// The same, which forwards, for its libvirt network is on autostart.
    func bootForwarding(_ plan: HostPlan) throws -> Host {
        var plan = plan
        plan.libvirtNetwork = .onAutostart
        let host = try bootOnline(plan)
        try eventually("the host forwards") { try host.hasForwarding() }
        try host.waitForLearntRoute()
        return host
    }

    /// A guest that is plugged into nothing yet.
    func createGuest() throws -> Guest {
        let guest = try Guest()
        guests.append(guest)
        return guest
    }

    /// A guest on the host's libvirt network with an address of that, known to the provider.
    func addGuest() throws -> Guest {
        guard let host else { throw LabFailure(description: "a guest needs a host") }
        let guest = try createGuest()
        try guest.plug(into: "virbr6", of: host)
        try guest.namespace.run("ip", "addr", "add", "\(Self.guestAddress)/64", "dev", "eth0", "nodad")
        try guest.namespace.run("ip", "-6", "route", "add", "default", "via", "fd00:6::1")
        try provider.route("fd00:6::/64")
        return guest
    }

    /// Lets another case boot and disturb its host while this one only waits for its own.
    func idle<Value>(_ wait: () throws -> Value) rethrows -> Value {
        LabSlots.giveBack()
        defer { LabSlots.take(hasBegun: true) }
        return try wait()
    }

    fileprivate func discard() {
        for guest in guests { guest.discard() }
        host?.discard()
        provider.discard()
    }
}

/// Runs a case on a thread of its own, because it blocks, and as many at a time as `LabSlots` has. A case that throws has
/// failed; the host's own story is told with it.
func lab(sourceLocation: SourceLocation = #_sourceLocation, _ body: (Lab) throws -> Void) async {
    await onOwnThread {
        LabSlots.take()
        defer { LabSlots.giveBack() }
        do {
            let lab = try Lab()
            defer { lab.discard() }
            do { try body(lab) } catch {
                // An expectation has said itself what it expected.
                let reason = error is ExpectationFailedError ? "" : "\(error)\n"
                let story = "\(lab.host?.story ?? "")\n\(lab.provider.story)"
                Issue.record("\(reason)\(story)", sourceLocation: sourceLocation)
            }
        } catch {
            Issue.record("\(error)", sourceLocation: sourceLocation)
        }
    }
}

/// Runs what blocks on a thread of its own, so that it takes none from anyone else.
func onOwnThread(_ body: () -> Void) async {
    await withTaskExecutorPreference(OwnThread()) { body() }
}

/// Two cores carry three hosts, which wait most of the time; where something is measured, two.
private enum LabSlots {
    private static let isMeasured = ["KEEP6_SURVIVAL", "KEEP6_SOAK", "KEEP6_BENCH"].contains {
        ProcessInfo.processInfo.environment[$0] != nil
    }
    private static let change = NSCondition()
    nonisolated(unsafe) private static var free = isMeasured ? 2 : 3
    /// Cases that were idle and go on before others begin: what runs on in their hosts must not become old meanwhile.
    nonisolated(unsafe) private static var returning = 0

    static func take(hasBegun: Bool = false) {
        change.lock()
        defer { change.unlock() }
        if hasBegun { returning += 1 }
        while free == 0 || !hasBegun && returning > 0 { change.wait() }
        if hasBegun { returning -= 1 }
        free -= 1
        if free > 0 { change.broadcast() }
    }

    static func giveBack() {
        change.lock()
        free += 1
        change.broadcast()
        change.unlock()
    }
}

/// Runs each of its jobs on a new thread.
private final class OwnThread: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        Thread.detachNewThread { job.runSynchronously(on: executor) }
    }
}
