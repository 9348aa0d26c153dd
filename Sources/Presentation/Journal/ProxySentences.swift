// What the guard has to say of the guests that an uplink answers for, as sentences for the administrator.
import Internet
import StateMachines

extension ProxyReport {
    /// The sentence, for the uplink of this name; `name` gives a bridge's network.
    package func sentence(on uplink: InterfaceName, _ name: (InterfaceIndex) -> String) -> String {
        switch self {
        case .came(let address, let bridge):
            "'\(uplink)': it answers for \(address), which was heard of on '\(name(bridge))'."
        case .moved(let address, let bridge):
            "'\(uplink)': \(address), for which it answers, is on '\(name(bridge))' now."
        case .went(let address, let bridge):
            "'\(uplink)': it answers for \(address) no longer, which does not answer on '\(name(bridge))' any more."
        case .full(let bridge):
            "'\(uplink)': it answers for \(Proxy.limit) addresses on '\(name(bridge))', and for no more; find out which"
                + " guest has so many ('ip -6 neigh show proxy')."
        case .contested(let address):
            "'\(uplink)': a guest uses \(address), which another host on the uplink says is its own; keep6 does not answer"
                + " for it. Find out which guest that is, and give it another address."
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
