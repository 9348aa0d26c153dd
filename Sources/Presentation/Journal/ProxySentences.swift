// What the guard has to say of the guests that an uplink answers for, as sentences for the administrator.
import Internet
import StateMachines

extension ProxyReport {
    /// The sentence, for the uplink of this name; `name` gives a bridge's network.
    package func sentence(on uplink: InterfaceName, _ name: (InterfaceIndex) -> String) -> String {
        switch self {
        case .came(let address, let bridge):
            "'\(uplink)' answers for \(address), which appeared on '\(name(bridge))'."
        case .moved(let address, let bridge):
            "'\(uplink)' answers for \(address), which moved to '\(name(bridge))'."
        case .went(let address, let bridge):
            "'\(uplink)' no longer answers for \(address), which has gone from '\(name(bridge))'."
        case .full(let bridge):
            "'\(uplink)' answers for \(Proxy.limit) addresses on '\(name(bridge))', which is the limit. Find out which"
                + " guest has so many: 'ip -6 neigh show proxy'."
        case .contested(let address):
            "'\(uplink)': a guest uses \(address), which another host on the uplink claims; keep6 does not answer"
                + " for it. Find the guest, and give it another address."
        case .failed(let what): "'\(uplink)': \(what)."
        }
    }

    /// The journal's fields beside the sentence.
    package var fields: [(name: String, value: String)] {
        let (event, id, address): (String, MessageID, IPv6Address?) =
            switch self {
            case .came(let address, _): ("guest-came", .guestCame, address)
            case .moved(let address, _): ("guest-moved", .guestCame, address)
            case .went(let address, _): ("guest-went", .guestWent, address)
            case .full: ("guests-full", .guestsFull, nil)
            case .contested(let address): ("guest-contested", .guestContested, address)
            case .failed: ("failed", .failed, nil)
            }
        let fields = [(name: "MESSAGE_ID", value: id.rawValue), (name: "KEEP6_EVENT", value: event)]
        return fields + (address.map { [(name: "KEEP6_ADDRESS", value: $0.description)] } ?? [])
    }

    /// syslog's number: 3 error, 4 warning, 7 debugging (syslog(3)).
    package var priority: Int {
        switch self {
        case .failed: 3
        case .full, .contested: 4
        case .came, .moved, .went: 7
        }
    }
}
