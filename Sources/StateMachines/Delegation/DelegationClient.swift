// From dhcpcd's reports and words to the routes that are to be, and what the administrator is told.
import Configuration
import Internet
import Netlink
import Text

/// What is known of one uplink's delegated prefixes. A prefix is kept for as long as its server said, whatever becomes of
/// dhcpcd, the server or the carrier in the meantime (RFC 8415 18.2.10.1), and so are the addresses that guests have of it.
package struct DelegationClient: Sendable {
    package enum Event: Sendable {
        case report(DhcpcdReport)
        /// A line of dhcpcd's log.
        case said(String)
        case timer
        /// There is a default route by the uplink that was not there before.
        case routerCame
    }

    package enum Action: Equatable, Sendable {
        case put(DelegatedPrefix)
        case remove(DelegatedPrefix)
        /// The prefixes are others, or have other lifetimes, than those that were stored.
        case remember
        /// Has dhcpcd ask at once, and not when its back-off is over.
        case askAnew
        case report(DelegationNotice)
    }

    private let uplink: InterfaceName
    private let delegation: DelegationRequest
    package private(set) var prefixes: [DelegatedPrefix]
    /// When dhcpcd last began to ask, at the shortest intervals it has.
    private var asked: Instant
    /// When it is time to say that nobody answers; nil if it was said, or somebody did.
    private var patienceEnds: Instant?
    /// What a server last refused with; it is said once.
    private var refusal: String?
    /// Whether another program has the port that answers come to; dhcpcd does not try again.
    private var portIsTaken = false
    /// dhcpcd's last words, for when it ends.
    package private(set) var lastWords: String?

    /// For so long is an answer waited for in silence: a server may be asked five times until then (RFC 8415 15).
    static let patience = Duration.seconds(20)

    /// A router that comes up may advertise itself more than once; dhcpcd itself asks often enough until then.
    static let restraint = Duration.seconds(5)

    /// dhcpcd left alone asks once an hour in the end (SOL_MAX_RT, RFC 8415 7.6), which is meant for links where there may
    /// be no server. Here there is one, and guests wait for it to come back: a round of questions begins at these
    /// intervals as long as there is no prefix.
    static let round = Duration.seconds(300)

    /// - Parameter remembered: the prefixes that there are routes of already.
    package init(
        _ delegation: DelegationRequest, of uplink: InterfaceName, remembered: DelegationMemory, at now: Instant
    ) {
        self.delegation = delegation
        self.uplink = uplink
        prefixes = remembered.prefixes.filter { $0.isValid(at: now) }
        patienceEnds = now.advanced(by: DelegationClient.patience)
        asked = now
    }

    /// When a timer event is due; nil if none is.
    package var deadline: Instant? {
        (prefixes.map(\.validUntil) + [patienceEnds, roundEnds]).compactMap { $0 }.min()
    }

    private var roundEnds: Instant? {
        prefixes.isEmpty && !portIsTaken ? asked.advanced(by: DelegationClient.round) : nil
    }

    /// The line that `systemctl status` shows.
    package var summary: String {
        prefixes.isEmpty
            ? portIsTaken
                ? "another program has UDP port 546"
                : refusal.map { "the server refuses a prefix: \($0)" } ?? "no prefix is delegated yet"
            : prefixes.map(\.prefix.description).joined(separator: ", ") + " is delegated"
    }

    package mutating func handle(_ event: Event, at now: Instant) -> [Action] {
        switch event {
        case .report(let report): return report.isLease ? apply(report, at: now) : []
        case .said(let line): return hear(line)
        case .timer: return expire(at: now) + losePatience(at: now) + askAnew(after: Self.round, at: now)
        // Where it was not there, its DHCPv6 server was not either, and dhcpcd asks ever more seldom (RFC 8415 15).
        case .routerCame: return askAnew(after: Self.restraint, at: now)
        }
    }

    /// As long as there is no prefix, and an answer would be heard, if dhcpcd began to ask so long ago.
    private mutating func askAnew(after pause: Duration, at now: Instant) -> [Action] {
        guard prefixes.isEmpty, !portIsTaken, asked.duration(to: now) >= pause else { return [] }
        asked = now
        return [.askAnew]
    }

    /// The lease as it is now: what it does not have any more is gone.
    ///
    /// It is written down before a route tells the guard of it, who then reads what is written.
    private mutating func apply(_ report: DhcpcdReport, at now: Instant) -> [Action] {
        var actions: [Action] = []
        var leased: [DelegatedPrefix] = []
        for entry in report.prefixes where entry.valid > 0 && leased.count < DelegationMemory.limit {
            guard DelegatedPrefix.isBelieved(entry.prefix) else {
                actions.append(.report(.notBelieved(entry.prefix)))
                continue
            }
            leased.append(DelegatedPrefix(entry, at: now))
        }
        guard !leased.isEmpty else {
            return actions + end(report.prefixes.filter { $0.valid == 0 }.map(\.prefix), at: now)
        }
        let known = Set(prefixes.map(\.prefix))
        actions.append(.remember)
        for prefix in leased {
            actions.append(.put(prefix))
            if !known.contains(prefix.prefix) {
                let lifetime = prefix.validUntil.map { now.duration(to: $0) }
                actions.append(.report(.delegated(prefix.prefix, lifetime: lifetime)))
            }
        }
        for prefix in prefixes where !leased.contains(where: { $0.prefix == prefix.prefix }) {
            actions += remove(prefix)
        }
        (prefixes, patienceEnds, refusal) = (leased, nil, nil)
        return actions
    }

    /// The server takes prefixes back and grants none, by a valid lifetime of 0 (RFC 8415 18.2.10.1).
    private mutating func end(_ ended: [InterfaceAddress], at now: Instant) -> [Action] {
        let mine = prefixes.filter { ended.contains($0.prefix) }
        guard !mine.isEmpty else { return [] }
        prefixes.removeAll { ended.contains($0.prefix) }
        asked = now
        return [.remember] + mine.flatMap { remove($0) }
    }

    private func remove(_ prefix: DelegatedPrefix) -> [Action] {
        [.remove(prefix), .report(.ended(prefix.prefix))]
    }

    private mutating func expire(at now: Instant) -> [Action] {
        let expired = prefixes.filter { !$0.isValid(at: now) }
        guard !expired.isEmpty else { return [] }
        prefixes.removeAll { !$0.isValid(at: now) }
        asked = now
        return [.remember] + expired.flatMap { [.remove($0), .report(.expired($0.prefix))] }
    }

    private mutating func losePatience(at now: Instant) -> [Action] {
        guard let patienceEnds, patienceEnds <= now else { return [] }
        self.patienceEnds = nil
        return [.report(.unanswered(after: DelegationClient.patience, delegation.duid))]
    }

    /// dhcpcd tells its script of no refusal, but its log: `eth0: DHCPv6 REPLY: No prefix available` and the like
    /// (its dhcp6.c, `dhcp6_checkstatusok`).
    private mutating func hear(_ line: String) -> [Action] {
        var words = line.printable(limit: 400)
        let name = "\(uplink): "
        if words.hasPrefix(name) { words.removeFirst(name.count) }
        if !words.isEmpty, words != "dhcpcd exited", !words.hasPrefix("main: ") { lastWords = words }
        if words == "failed to renew DHCPv6, rebinding" { return [.report(.notRenewed)] }
        if words == "dhcp6_openudp: Address already in use" { return portTaken() }
        let mark = "DHCPv6 REPLY: "
        guard words.hasPrefix(mark) else {
            return words.isEmpty ? [] : [.report(.said(words))]
        }
        let reason = String(words.dropFirst(mark.count))
        guard reason != refusal else { return [] }
        (refusal, patienceEnds) = (reason, nil)
        return [.report(.refused(reason, prefixes.isEmpty ? delegation.duid : nil))]
    }

    private mutating func portTaken() -> [Action] {
        guard !portIsTaken else { return [] }
        (portIsTaken, patienceEnds) = (true, nil)
        return [.report(.portTaken)]
    }
}

extension DelegatedPrefix {
    init(_ entry: DhcpcdReport.Prefix, at now: Instant) {
        func end(_ lifetime: UInt32) -> Instant? {
            lifetime == .max ? nil : now.advanced(by: .seconds(Int64(lifetime)))
        }
        self.init(entry.prefix, preferredUntil: end(entry.preferred), validUntil: end(entry.valid))
    }
}
