// The static addresses of an uplink: put back at once when they are taken away.
import Configuration
import Internet
import Netlink

/// Keeps static addresses that a program removed, as `networkctl reconfigure` has networkd do before it adds them anew, or
/// that the kernel did, as it does on a link that is set down.
struct AddressKeeper: Sendable {
    /// An address that is missing.
    struct Missing: Sendable {
        let address: Address
        /// nil if it was never there.
        let since: Instant?
    }

    /// What networkd configures itself, by the .network file, also on a link that comes up anew.
    private var own: [InterfaceAddress] = []
    /// What nobody but keep6 adds: what it adds to that (`Address=` in `[X-Keep6]`), and what ifup has configured.
    private var extra: [InterfaceAddress] = []
    /// The only interface that they are for; nil if its index does not matter.
    private var interface: InterfaceIndex?
    private(set) var missing: [Missing] = []
    /// Whether the wish is being read anew, before which nothing is put back.
    private var isAsking = false
    private var repairs = RepairBackoff()

    init(_ kept: KeptUplink) {
        switch kept.manager {
        case .networkd: (own, extra) = (kept.staticAddresses, kept.wish.addresses)
        case .ifupdown: (extra, interface) = (kept.staticAddresses, kept.configuredInterface)
        }
    }

    /// Keeps what is wished now, nothing if the uplink is kept no longer; what is not wished is not put back.
    mutating func apply(_ kept: KeptUplink?) {
        isAsking = false
        let new = kept.map { AddressKeeper($0) }
        (own, extra, interface) = (new?.own ?? [], new?.extra ?? [], new?.interface)
        missing = missing.filter { isWished($0.address.value) }
    }

    func isWished(_ value: InterfaceAddress) -> Bool { own.contains(value) || extra.contains(value) }

    /// Whether the removal of this address calls for another look at the wish; not if another host has the address.
    mutating func apply(removed address: Address, at now: Instant) -> Bool {
        guard isFor(address.interface), isWished(address.value), !address.isDuplicate else { return false }
        missing.removeAll { $0.address.value == address.value }
        missing.append(Missing(address: address, since: now))
        isAsking = true
        return true
    }

    mutating func apply(added address: Address) {
        missing.removeAll { $0.address.value == address.value }
    }

    /// The wish cannot be read: the last one holds.
    mutating func takeUnreadableWish() { isAsking = false }

    /// The link went down or away: its manager configures it anew.
    mutating func forget() {
        missing = []
        isAsking = false
    }

    private func isFor(_ index: InterfaceIndex) -> Bool { interface.map { $0 == index } ?? true }

    /// Counts what nobody but keep6 adds and is not among these addresses as missing.
    mutating func look(at addresses: [Address], on interface: InterfaceIndex) {
        guard isFor(interface) else { return }
        for value in extra where !addresses.contains(where: { $0.value == value }) {
            guard !missing.contains(where: { $0.address.value == value }) else { continue }
            missing.append(Missing(address: Address(interface: interface, value: value), since: nil))
        }
    }

    /// The addresses to be added now.
    mutating func due(at now: Instant) -> [Address] {
        guard !missing.isEmpty, !isAsking, repairs.earliest(at: now) == nil else { return [] }
        repairs.repaired(at: now)
        return missing.map { entry in
            let isFresh = entry.since.map { $0.duration(to: now) < AddressKeeper.unclaimed } ?? false
            return entry.address.addedAgain(withoutDetection: isFresh && entry.address.isUsable)
        }
    }

    /// For so long nobody else can have got an address that was usable on a link that stayed up.
    private static let unclaimed = Duration.seconds(1)

    /// When the address that is there now was taken away; nil if it was not.
    func loss(of value: InterfaceAddress) -> Instant? { missing.first { $0.address.value == value }?.since }

    /// When something is due next; nil if nothing is missing.
    func deadline(at now: Instant) -> Instant? {
        missing.isEmpty || isAsking ? nil : repairs.earliest(at: now) ?? now
    }
}
