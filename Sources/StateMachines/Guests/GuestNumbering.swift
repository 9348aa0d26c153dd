// The host's addresses on its guests' networks: what each is to be, and the smallest change that makes it so.
import Configuration
import Internet
import Netlink

/// Numbers the networks of guests from the delegated prefixes. No I/O: what is, goes in; what is to be done, comes out.
package struct GuestNumbering: Sendable {
    /// What there is of one uplink.
    package struct Snapshot: Sendable {
        package var delegated: [DelegatedPrefix]
        /// The bridges that are there now.
        package var bridges: [NetworkName: Bridge]

        package init(delegated: [DelegatedPrefix], bridges: [NetworkName: Bridge]) {
            self.delegated = delegated
            self.bridges = bridges
        }
    }

    /// A network's bridge and its addresses.
    package struct Bridge: Sendable {
        package var interface: InterfaceIndex
        package var name: InterfaceName
        package var addresses: [Address]

        package init(interface: InterfaceIndex, name: InterfaceName, addresses: [Address]) {
            self.interface = interface
            self.name = name
            self.addresses = addresses
        }
    }

    package enum Action: Equatable, Sendable {
        /// Adds the address, or gives the one that is there these lifetimes.
        case put(Address, on: NetworkName)
        case remember
        case report(GuestReport)
    }

    package private(set) var memory: GuestMemory
    private let wish: [GuestSubnet]
    /// Whether a prefix was delegated since this began: before that, the leases of the memory hold.
    private var hasKnown = false
    /// Since when prefixes of the memory are not delegated.
    private var gone: [InterfaceAddress: Instant] = [:]
    /// Since when addresses are on the bridges.
    private var shown: [NetworkName: [InterfaceAddress: Instant]] = [:]
    private var saidMissing: Set<NetworkName> = []
    private var saidNumbers: [NetworkName: Set<InterfaceAddress>] = [:]

    package init(_ wish: [GuestSubnet], memory: GuestMemory) {
        self.wish = wish
        self.memory = memory
    }

    /// What has to be done now, and when that has to be asked again at the latest; nil if no time alone changes anything.
    package mutating func converge(
        _ snapshot: Snapshot, at now: Instant, _ time: WallTime
    ) -> (actions: [Action], deadline: Instant?) {
        let before = memory
        let delegated = believed(snapshot.delegated, at: now)
        let held = learn(delegated, at: now, time)
        var actions = memory.withdrawn.keys.filter { before.withdrawn[$0] == nil }.map {
            Action.report(.withdrawn($0))
        }
        var deadlines: [Instant] = memory.withdrawn.values.map { now.advanced(by: time.duration(to: $0)) }
        deadlines += held.map(\.end)
        var wanted: [NetworkName: [InterfaceAddress: Lifetime]] = [:]
        for prefix in delegated + held.map(\.prefix) {
            let numbering = SubnetPlan(wish, of: prefix.prefix)
            for (network, value) in numbering.addresses {
                wanted[network, default: [:]][value] = Lifetime(of: prefix, at: now)
            }
            actions += sayMissing(numbering.missing, prefix.prefix)
            if let half = prefix.halfTime(at: now) { deadlines.append(half) }
        }
        for (prefix, end) in memory.withdrawn {
            for (network, value) in SubnetPlan(wish, of: prefix).addresses where wanted[network]?[value] == nil {
                wanted[network, default: [:]][value] = Lifetime(
                    preferred: 0, valid: UInt32(clamping: time.duration(to: end).components.seconds))
            }
        }
        forgetAll(but: wanted)
        for (network, bridge) in snapshot.bridges.sorted(by: { $0.key.description < $1.key.description }) {
            actions += put(wanted[network] ?? [:], on: network, bridge, at: now, &deadlines)
        }
        if memory != before { actions.append(.remember) }
        return (actions, deadlines.min())
    }

    /// The prefixes that are numbered from: of too many, those that are used already.
    private func believed(_ delegated: [DelegatedPrefix], at now: Instant) -> [DelegatedPrefix] {
        let valid = delegated.filter { $0.isValid(at: now) }
        guard valid.count > GuestMemory.currentLimit else { return valid }
        let known = valid.filter { memory.current[$0.prefix] != nil }
        let others = valid.filter { memory.current[$0.prefix] == nil }
        return Array((known + others).prefix(GuestMemory.currentLimit))
    }

    /// Forgets what was noted of prefixes and addresses that are of no more interest.
    private mutating func forgetAll(but wanted: [NetworkName: [InterfaceAddress: Lifetime]]) {
        gone = gone.filter { memory.current[$0.key] != nil }
        for network in shown.keys { shown[network] = shown[network]?.filter { wanted[network]?[$0.key] != nil } }
        for network in saidNumbers.keys {
            saidNumbers[network] = saidNumbers[network]?.filter { wanted[network]?[$0] != nil }
        }
    }

    /// Takes what is delegated now into memory, and returns the prefixes that are not, but go on being used until so long.
    ///
    /// A prefix that has only just gone comes again, as a rule: its client starts anew, or the uplink is set up anew, or
    /// the host boots. Meanwhile the lease holds (RFC 8415 18.2.12). Where another takes its place it is withdrawn at once
    /// (RFC 9096 3.5).
    private mutating func learn(
        _ delegated: [DelegatedPrefix], at now: Instant, _ time: WallTime
    ) -> [(prefix: DelegatedPrefix, end: Instant)] {
        let isReplaced = delegated.contains { memory.current[$0.prefix] == nil }
        hasKnown = hasKnown || !delegated.isEmpty
        for prefix in delegated {
            memory.apply(prefix, at: now, time)
            gone[prefix.prefix] = nil
        }
        var held: [(prefix: DelegatedPrefix, end: Instant)] = []
        for (prefix, lease) in memory.current where !delegated.contains(where: { $0.prefix == prefix }) {
            let lapsed = gone[prefix, default: now]
            gone[prefix] = lapsed
            let former = lease.delegated(prefix, at: now, time)
            let patience = lapsed.advanced(by: GuestNumbering.patience)
            // No server has been heard since this began, so none has said anything else.
            let end = hasKnown ? min(former.validUntil ?? patience, patience) : former.validUntil ?? patience
            if isReplaced || end <= now { memory.withdraw(prefix, at: time) } else { held.append((former, end)) }
        }
        memory.expire(at: time)
        return held
    }

    /// For so long a prefix whose route is gone may come again: a client that starts anew has asked eight times by then
    /// (RFC 8415 18.2.1: after 1 s, 3 s, 7 s and so on).
    static let patience = Duration.seconds(300)

    /// For so long an address that guests are to leave is on the bridge like any other first, if it was not there: dnsmasq
    /// withdraws a prefix from guests only if it has advertised it since it was started, which takes it a second (its
    /// radv.c, saved_valid).
    static let introduction = Duration.seconds(5)

    /// New addresses come before old ones are withdrawn, so that no guest is without one.
    private mutating func put(
        _ wanted: [InterfaceAddress: Lifetime], on network: NetworkName, _ bridge: Bridge, at now: Instant,
        _ deadlines: inout [Instant]
    ) -> [Action] {
        var actions: [Action] = []
        for (value, lifetime) in wanted.sorted(by: { ($1.value.preferred ?? 1) < ($0.value.preferred ?? 1) }) {
            let existing = bridge.addresses.first { $0.value == value }
            if let existing, lifetime.isMet(by: existing) { continue }
            if existing == nil { shown[network, default: [:]][value] = now }
            let end = shown[network]?[value].map { $0.advanced(by: Self.introduction) } ?? now
            var introduced = lifetime
            if lifetime.preferred == 0, end > now {
                deadlines.append(end)
                guard existing == nil else { continue }
                introduced.preferred = min(UInt32(Self.introduction.components.seconds) * 2, lifetime.valid ?? .max)
            }
            actions.append(.put(introduced.address(value, on: bridge.interface), on: network))
            if lifetime.preferred != 0, saidNumbers[network, default: []].insert(value).inserted {
                actions.append(.report(.numbered(network, value)))
            }
        }
        return actions
    }

    /// Of every prefix that the networks have or had.
    private var numberings: [SubnetPlan] {
        (Array(memory.current.keys) + memory.withdrawn.keys).map { SubnetPlan(wish, of: $0) }
    }

    /// The /64s behind each network, those included that guests are told to leave.
    package func prefixes(of network: NetworkName) -> [InterfaceAddress] {
        numberings.compactMap { $0.addresses[network]?.prefix }.sorted { $0.description < $1.description }
    }

    /// What keep6 has put on the bridges, to be removed where the wish ends.
    package func own(on bridges: [NetworkName: Bridge]) -> [Address] {
        let numberings = numberings
        return bridges.flatMap { network, bridge in
            let values = Set(numberings.compactMap { $0.addresses[network] })
            return bridge.addresses.filter { values.contains($0.value) }
        }
    }

    private mutating func sayMissing(_ missing: [NetworkName], _ prefix: InterfaceAddress) -> [Action] {
        missing.filter { saidMissing.insert($0).inserted }.map { .report(.tooSmall(prefix, for: $0)) }
    }
}

/// How long an address is good for, in seconds; nil is for ever.
private struct Lifetime {
    var preferred: UInt32?
    var valid: UInt32?

    init(preferred: UInt32?, valid: UInt32?) {
        self.preferred = preferred
        self.valid = valid
    }

    init(of prefix: DelegatedPrefix, at now: Instant) {
        func left(_ end: Instant?) -> UInt32? {
            end.map { UInt32(clamping: max(now.duration(to: $0).components.seconds, 0)) }
        }
        self.init(preferred: left(prefix.preferredUntil), valid: left(prefix.validUntil))
    }

    /// Whether an address that is there will do: what differs by less than an eighth is left, for time passes.
    func isMet(by address: Address) -> Bool {
        Lifetime.isNear(address.preferredLifetime, preferred) && Lifetime.isNear(address.validLifetime, valid)
    }

    private static func isNear(_ found: UInt32?, _ wanted: UInt32?) -> Bool {
        guard let found, let wanted else { return found == wanted }
        if found == 0 || wanted == 0 { return found == wanted }
        let (less, more) = (min(found, wanted), max(found, wanted))
        return more - less <= max(wanted / 8, 2)
    }

    /// Nobody else is asked for it: the network, and the prefix that it is numbered from, are this host's own.
    func address(_ value: InterfaceAddress, on interface: InterfaceIndex) -> Address {
        var address = Address(interface: interface, value: value).addedAgain(withoutDetection: true)
        address.preferredLifetime = preferred
        address.validLifetime = valid
        return address
    }
}

extension DelegatedPrefix {
    /// When half of what is left is over, and its server has renewed it (RFC 8415 21.21); nil if it has no end.
    func halfTime(at now: Instant) -> Instant? {
        guard let end = [preferredUntil, validUntil].compactMap({ $0 }).filter({ $0 > now }).min() else { return nil }
        return now.advanced(by: max(now.duration(to: end) / 2, .seconds(1)))
    }
}

/// What is said of the networks of guests.
package enum GuestReport: Equatable, Sendable {
    /// A network has a /64 of a delegated prefix.
    case numbered(NetworkName, InterfaceAddress)
    case tooSmall(InterfaceAddress, for: NetworkName)
    /// A prefix is delegated no longer, and the guests are told.
    case withdrawn(InterfaceAddress)
    case failed(String)
}
