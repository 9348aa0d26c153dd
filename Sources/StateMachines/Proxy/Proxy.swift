// For which guests an uplink answers neighbor solicitations: events in, actions out, no I/O; time is an argument.
import Configuration
import Internet

/// Follows the guests of an uplink's networks (RFC 4861 7.2.8): whoever is heard of on a bridge is answered for at once,
/// and asked whether it is there; who does not answer is answered for no longer.
///
/// The kernel gives the answers, so that they go on while keep6 does not run. What is not about a guest that came, went
/// or is asked for by the uplink's router changes nothing and sets no timer.
package struct Proxy: Sendable {
    /// Of one bridge; one guest must not be able to fill the kernel's tables.
    package static let limit = 4096
    /// Strangers that are asked for at a time, addresses that the uplink claims for itself, and neighbors told at once.
    static let questionLimit = 256
    static let contestLimit = 256
    static let askerLimit = 4
    /// How many addresses one look at the clock asks for; the next look comes a tenth of a second later at the earliest.
    static let batch = 64
    static let pause = Duration.milliseconds(100)
    /// How long a guest may take to check for duplicates, before which it does not answer (RFC 4862 5.4).
    static let checking = Duration.seconds(2)
    /// Between two questions: to who has begun just now, to who has answered before, and to a stranger.
    static let patience = Duration.seconds(1)
    static let haste = Duration.milliseconds(300)
    /// How often is asked (MAX_UNICAST_SOLICIT, RFC 4861 10).
    static let attempts = 3
    /// For how long a neighbor's word that an address is its own is remembered.
    static let contestLifetime = Duration.seconds(600)

    var scope = ProxyScope()
    /// The bridge behind which each address is that is answered for.
    var entries: [IPv6Address: InterfaceIndex] = [:]
    var counts: [InterfaceIndex: Int] = [:]
    /// Those of them that are asked whether they are there.
    var doubts: [IPv6Address: Doubt] = [:]
    /// Addresses that the uplink's neighbors want to know, and nobody here has been heard of.
    var questions: [IPv6Address: Question] = [:]
    /// Addresses that a neighbor on the uplink said to be its own, and until when that counts.
    var contests: [IPv6Address: Instant] = [:]
    /// Such addresses that a guest claims again, while it is asked whether the neighbor is still there.
    var candidates: [IPv6Address: Candidate] = [:]
    /// Not later than the first of all that is due.
    var wakeUp: Instant?
    /// When the clock was looked at last.
    var lookedAt: Instant?

    var claims: [InterfaceIndex: Allowance] = [:]
    var strangers = Allowance(burst: 100, perSecond: 50)
    var words = Allowance(burst: 50, perSecond: 5)
    var fullness: [InterfaceIndex: OnceAMinute] = [:]
    var failures = OnceAMinute()

    /// An address that is asked after.
    struct Doubt: Equatable, Sendable {
        var asked = 0
        var due: Instant
        var interval: Duration
        /// Where it was heard of as well; it is there if it does not answer here.
        var rival: InterfaceIndex?
    }

    struct Question: Equatable, Sendable {
        var askers: [IPv6Address]
        /// When it was asked last.
        var asked: Instant
    }

    struct Candidate: Equatable, Sendable {
        let bridge: InterfaceIndex
        let hasAnswered: Bool
        let due: Instant
    }

    package init() {}

    /// How many addresses behind the bridge are answered for.
    package func count(on bridge: InterfaceIndex) -> Int { counts[bridge] ?? 0 }

    /// Whether answers of guests matter just now, or did until the clock is looked at next.
    package var isAsking: Bool { wakeUp != nil }

    /// When `.timer` is wanted; nil while nothing is open.
    package var deadline: Instant? {
        wakeUp.map { due in max(due, lookedAt?.advanced(by: Proxy.pause) ?? due) }
    }

    /// Takes one event; returns what to do now, in order.
    package mutating func handle(_ event: ProxyEvent, at now: Instant) -> [ProxyAction] {
        switch event {
        case .scope(let scope): return apply(scope)
        case .found(let found): return apply(found: found, at: now)
        case .claimed(let address, let bridge): return apply(address, on: bridge, hasAnswered: false, at: now)
        case .answered(let address, let bridge): return apply(address, on: bridge, hasAnswered: true, at: now)
        case .missed(let address, let bridge):
            guard entries[address] == bridge, doubts[address] == nil else { return [] }
            return ask(address, on: bridge, at: now)
        case .portRemoved(let bridge):
            doubtAll(on: bridge, at: now)
            return []
        case .solicited(let address, let asker): return apply(solicited: address, by: asker, at: now)
        case .contested(let address): return apply(contested: address, at: now)
        case .timer: return takeTimer(at: now)
        case .failed(let address, let reason):
            guard let bridge = forget(address) else { return [] }
            let said = failures.consume(at: now) != nil
            return [.remove(address, from: bridge)] + (said ? [.report(.failed(reason))] : [])
        }
    }
}

// MARK: - Guests

extension Proxy {
    private mutating func apply(
        _ address: IPv6Address, on bridge: InterfaceIndex, hasAnswered: Bool, at now: Instant
    ) -> [ProxyAction] {
        guard scope.bridges.contains(bridge), scope.admits(address) else { return [] }
        if let known = entries[address] {
            guard known == bridge else { return apply(rival: bridge, of: address, at: now) }
            if hasAnswered { doubts[address] = nil }
            return []
        }
        guard let end = contests[address], end > now else {
            return admit(address, on: bridge, hasAnswered: hasAnswered, at: now)
        }
        guard candidates[address] == nil, candidates.count < Proxy.contestLimit else { return [] }
        let due = now.advanced(by: Proxy.patience)
        candidates[address] = Candidate(bridge: bridge, hasAnswered: hasAnswered, due: due)
        wake(at: due)
        return [.challenge(address)]
    }

    /// Whoever says first that it has the address is believed until it does not answer.
    private mutating func apply(rival: InterfaceIndex, of address: IPv6Address, at now: Instant) -> [ProxyAction] {
        guard let bridge = entries[address] else { return [] }
        if doubts[address] == nil {
            let actions = ask(address, on: bridge, at: now)
            doubts[address]?.rival = rival
            return actions
        }
        if doubts[address]?.rival == nil { doubts[address]?.rival = rival }
        return []
    }

    mutating func admit(
        _ address: IPv6Address, on bridge: InterfaceIndex, hasAnswered: Bool, at now: Instant
    ) -> [ProxyAction] {
        guard count(on: bridge) < Proxy.limit else { return refuse(bridge, at: now) }
        guard hasAnswered || claims[bridge, default: Allowance(burst: 256, perSecond: 50)].consume(at: now) else {
            return []
        }
        entries[address] = bridge
        counts[bridge, default: 0] += 1
        if !hasAnswered {
            let due = now.advanced(by: Proxy.checking)
            doubts[address] = Doubt(due: due, interval: Proxy.patience)
            wake(at: due)
        }
        let askers = questions.removeValue(forKey: address)?.askers ?? []
        return [.add(address, to: bridge, telling: askers), .challenge(address)]
            + say(.came(address, on: bridge), at: now)
    }

    /// Whoever of the others is not there any more makes room.
    private mutating func refuse(_ bridge: InterfaceIndex, at now: Instant) -> [ProxyAction] {
        guard fullness[bridge, default: OnceAMinute()].consume(at: now) != nil else { return [] }
        doubtAll(on: bridge, at: now)
        return [.report(.full(bridge))]
    }

    /// Begins to ask one that answered before.
    private mutating func ask(
        _ address: IPv6Address, on bridge: InterfaceIndex, at now: Instant
    ) -> [ProxyAction] {
        let due = now.advanced(by: Proxy.haste)
        doubts[address] = Doubt(asked: 1, due: due, interval: Proxy.haste)
        wake(at: due)
        return [.ask(address, on: bridge)]
    }

    private mutating func doubtAll(on bridge: InterfaceIndex, at now: Instant) {
        for (address, place) in entries where place == bridge && doubts[address] == nil {
            doubts[address] = Doubt(due: now, interval: Proxy.haste)
            wake(at: now)
        }
    }

    /// Forgets an address; returns the bridge that it was behind.
    mutating func forget(_ address: IPv6Address) -> InterfaceIndex? {
        doubts[address] = nil
        guard let bridge = entries.removeValue(forKey: address) else { return nil }
        counts[bridge, default: 1] -= 1
        if counts[bridge] == 0 { counts[bridge] = nil }
        return bridge
    }

    mutating func drop(_ address: IPv6Address, at now: Instant) -> [ProxyAction] {
        guard let bridge = forget(address) else { return [] }
        return [.remove(address, from: bridge), .forget(address, on: bridge)]
            + say(.went(address, from: bridge), at: now)
    }

    mutating func wake(at instant: Instant) { wakeUp = min(wakeUp ?? instant, instant) }

    mutating func say(_ report: ProxyReport, at now: Instant) -> [ProxyAction] {
        words.consume(at: now) ? [.report(report)] : []
    }
}
