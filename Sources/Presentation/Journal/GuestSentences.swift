// What the guard has to say of the networks of guests, as sentences for the administrator.
import Internet
import StateMachines

extension GuestReport {
    /// The sentence, for the uplink of this name.
    package func sentence(on uplink: InterfaceName) -> String {
        switch self {
        case .numbered(let network, let value):
            "'\(uplink)': the network '\(network)' has \(value) from the delegated prefix."
        case .tooSmall(let prefix, let network):
            "'\(uplink)': the delegated prefix \(prefix) has no /64 for the network '\(network)'; ask for a shorter prefix,"
                + " or give the network another number ('keep6-guests')."
        case .withdrawn(let prefix):
            "'\(uplink)': the prefix \(prefix) is no longer delegated; guests learn not to use its addresses."
        case .failed(let what): "'\(uplink)': \(what)."
        }
    }

    /// The journal's fields beside the sentence.
    package var fields: [(name: String, value: String)] {
        let (event, id): (String, MessageID) =
            switch self {
            case .numbered: ("guests-numbered", .guestsNumbered)
            case .tooSmall: ("guests-unnumbered", .guestsUnnumbered)
            case .withdrawn: ("guests-renumbered", .guestsRenumbered)
            case .failed: ("failed", .failed)
            }
        return [(name: "MESSAGE_ID", value: id.rawValue), (name: "KEEP6_EVENT", value: event)]
    }

    /// syslog's number: 3 error, 4 warning, 5 notice (syslog(3)).
    package var priority: Int {
        switch self {
        case .failed: 3
        case .tooSmall: 4
        case .numbered, .withdrawn: 5
        }
    }
}
