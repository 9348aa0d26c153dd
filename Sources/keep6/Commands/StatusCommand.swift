// keep6 status: the state of the kept uplinks.
import Configuration
import Host
import Internet
import Linux
import Netlink
import Presentation
import StateMachines
import Text

/// Prints the state of one uplink or of all; returns the level of the worst one as the exit code.
func status(_ arguments: [String], _ environment: ProcessEnvironment) -> Int32 {
    let wantsJSON = arguments.contains("--json")
    let words = arguments.filter { $0 != "--json" }
    guard words.count <= 1, !words.contains(where: { $0.hasPrefix("-") }) else {
        return misused("status takes --json and the name of one interface")
    }
    guard let uplinks = keptUplinks(words.first) else { return Status.Level.down.rawValue }
    let log = Log(environment)
    do {
        let states = try states(of: uplinks, log)
        let text =
            wantsJSON
            ? JSON.array(states.map(\.json)).description + "\n"
            : screens(of: states, isColored: wantsColor(environment))
        Log.write(text, to: 1)
        return states.map(\.level.rawValue).max() ?? 0
    } catch {
        Log.write("keep6: \(error)\n", to: 2)
        return Status.Level.down.rawValue
    }
}

/// The worst uplink comes first: an administrator with several uplinks looks for it.
private func screens(of states: [Status], isColored: Bool) -> String {
    states.sorted { $0.level.rawValue > $1.level.rawValue }.map { $0.screen(isColored: isColored) }
        .joined(separator: "\n")
}

/// The uplink of this name, or all kept uplinks; if there is none, prints why and returns nil.
func keptUplinks(_ word: String?) -> [InterfaceName]? {
    let uplinks = RunDirectory.uplinks()
    if let word {
        if let uplink = InterfaceName(word), uplinks.contains(uplink) { return [uplink] }
        Log.write(
            "keep6: '\(word)' is not kept; write 'keep6 yes' into its iface stanza and run 'ifdown \(word) && ifup \(word)', or"
                + " [X-Keep6] into its .network file and run 'systemctl restart keep6-networkd'\n", to: 2)
        return nil
    }
    guard uplinks.isEmpty else { return uplinks }
    Log.write(
        "keep6: no uplink is kept; write 'keep6 yes' into its iface stanza and run 'ifdown INTERFACE && ifup INTERFACE',"
            + " or [X-Keep6] into its .network file and run 'systemctl restart keep6-networkd'\n", to: 2)
    return nil
}

/// The current state of these uplinks.
func states(of uplinks: [InterfaceName], _ log: Log) throws -> [Status] {
    let kernel = try Kernel()
    let delegations = try Delegations(kernel, log)
    return try uplinks.map { uplink in
        let kept = RunDirectory.keptOrDefault(uplink, log)
        let snapshot = try kernel.snapshot(of: uplink)
        return Status(
            kept, snapshot: snapshot, memory: RunDirectory.memory(uplink, log) ?? GuardMemory(),
            guardRuns: GuardLock.isHeld(for: uplink), delegated: delegations.prefixes(of: uplink),
            proxies: try kernel.proxies(of: kept.wish, on: snapshot.link),
            guests: try GuestAddressing(of: uplink, kept.wish, kernel.routes).status(log), at: .now)
    }
}

/// The prefixes that the kernel has routes for, with their lifetimes if keep6 asked for them.
private struct Delegations {
    private let inKernel: [DelegatedPrefix]
    private let memories: [InterfaceName: [DelegatedPrefix]]

    init(_ kernel: Kernel, _ log: Log) throws(SystemError) {
        inKernel = try kernel.routes.unreachableRoutes().compactMap { DelegatedPrefix($0) }
        let known = RunDirectory.uplinks().map { ($0, DelegationFiles.memory($0, log)?.prefixes ?? []) }
        memories = Dictionary(known) { first, _ in first }
    }

    /// A route does not say on which link its prefix was delegated: a prefix of networkd may belong to any link.
    func prefixes(of uplink: InterfaceName) -> [DelegatedPrefix] {
        inKernel.compactMap { route in
            if let known = memories[uplink]?.first(where: { $0.prefix == route.prefix }) { return known }
            return memories.values.joined().contains { $0.prefix == route.prefix } ? nil : route
        }
    }
}
