// Static addresses made usable: added, and duplicate address detection waited for, by events (RFC 4862 5.4).
import CLinux
import Internet
import Linux
import Netlink

/// The addresses that an uplink must have when ifup is done.
final class AddressConfiguration {
    struct Outcome {
        var sentences: [String] = []
        var hasDuplicate = false
        /// Those of the addresses that are on the interface, duplicates left out.
        var configured: [InterfaceAddress] = []
        /// nil if there is no such interface.
        var interface: InterfaceIndex?
    }

    private let uplink: InterfaceName
    private let own: [IPv6Address]
    private let extra: [InterfaceAddress]
    private let routes: Rtnetlink
    private let notifications: NotificationSocket

    /// `own` are the addresses that ifupdown configures itself.
    init(of uplink: InterfaceName, own: [IPv6Address], extra: [InterfaceAddress]) throws(SystemError) {
        self.uplink = uplink
        self.own = own
        self.extra = extra
        routes = try Rtnetlink()
        notifications = try NotificationSocket()
    }

    /// Adds what is missing and waits, at most so long, until nothing is tentative any more.
    func run(limit: Duration) throws(SystemError) -> Outcome {
        var outcome = Outcome()
        guard let link = try routes.link(uplink) else {
            outcome.sentences.append("there is no such interface; its addresses wait for it.")
            return outcome
        }
        outcome.interface = link.index
        try notifications.watch(link.index)
        add(to: link, &outcome)
        let wanted = Set(extra.map(\.address) + own)
        var states = try states(of: wanted, on: link)
        if link.hasCarrier {
            try wait(for: &states, on: link, limit: limit, &outcome)
            judge(states, on: link, &outcome)
        } else if states.values.contains(where: { !$0.isVerified }) {
            outcome.sentences.append(
                "it has no carrier, so duplicate address detection waits for it;"
                    + " the addresses become usable once the other end is there.")
        }
        let configured = states.values.filter { !$0.isDuplicate }.map(\.value)
        outcome.configured = configured.sorted { $0.description < $1.description }
        return outcome
    }

    private func add(to link: Link, _ outcome: inout Outcome) {
        for value in extra {
            do {
                try routes.add(Address(interface: link.index, value: value))
            } catch {
                if error.code == EEXIST { continue }
                outcome.sentences.append("\(error); the other addresses are not affected.")
            }
        }
    }

    private func states(of wanted: Set<IPv6Address>, on link: Link) throws(SystemError) -> [IPv6Address: Address] {
        var states: [IPv6Address: Address] = [:]
        for address in try routes.addresses(of: link.index) where wanted.contains(address.value.address) {
            states[address.value.address] = address
        }
        return states
    }

    /// Follows the kernel's notifications until no address is tentative.
    private func wait(
        for states: inout [IPv6Address: Address], on link: Link, limit: Duration, _ outcome: inout Outcome
    ) throws(SystemError) {
        let deadline = Instant.now.advanced(by: limit)
        while states.values.contains(where: { !$0.isVerified && !$0.isDuplicate }) {
            do throws(SystemError) {
                let what = "duplicate address detection"
                guard try waitUntilReadable(notifications.descriptor, until: deadline, for: what) else { return }
                while let heard = try notifications.receive() {
                    for notification in heard { follow(notification, &states) }
                }
            } catch {
                guard error.code == ENOBUFS else { throw error }
                states = try self.states(of: Set(states.keys), on: link)
            }
        }
    }

    private func follow(_ notification: Notification, _ states: inout [IPv6Address: Address]) {
        switch notification {
        case .addressAdded(let address):
            if states[address.value.address] != nil { states[address.value.address] = address }
        case .addressRemoved(let address):
            // The kernel removes an address that failed; what it was is remembered as failed.
            guard var state = states[address.value.address] else { return }
            state.flags = address.flags
            states[address.value.address] = state
        default: break
        }
    }

    /// Says what became of each address, and takes back the duplicates that keep6 added itself.
    private func judge(_ states: [IPv6Address: Address], on link: Link, _ outcome: inout Outcome) {
        for (value, address) in states.sorted(by: { $0.key.description < $1.key.description }) {
            if address.isDuplicate {
                outcome.hasDuplicate = true
                outcome.sentences.append(
                    "the address \(value) is in use by another host on the link (duplicate address"
                        + " detection failed); give one of the two another address and run ifup again.")
                if extra.contains(where: { $0.address == value }) { try? routes.remove(address) }
            } else if !address.isVerified {
                outcome.sentences.append(
                    "the address \(value) is still tentative after 10 s of duplicate address detection;"
                        + " it becomes usable once that has finished.")
            }
        }
        for missing in own where states[missing] == nil {
            outcome.sentences.append(
                "the stanza's address \(missing) is not on the interface; see what ifup said about it.")
        }
    }
}
