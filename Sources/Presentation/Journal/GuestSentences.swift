// What the guard has to say of the networks of guests, as sentences for the administrator.
import Internet
import StateMachines

extension GuestReport: JournalReport {
    package func sentence(on uplink: InterfaceName) -> String {
        switch self {
        case .numbered(let network, let value):
            "the network '\(network)' has \(value) from the delegated prefix."
        case .tooSmall(let prefix, let network):
            "the delegated prefix \(prefix) has no /64 for the network '\(network)'; ask for a shorter prefix,"
                + " or give the network another number ('keep6-guests')."
        case .withdrawn(let prefix):
            "the prefix \(prefix) is no longer delegated; guests learn not to use its addresses."
        case .failed(let what): "\(what)."
        }
    }

    package var event: JournalEvent {
        switch self {
        case .numbered: .guestsNumbered
        case .tooSmall: .guestsUnnumbered
        case .withdrawn: .guestsRenumbered
        case .failed: .failed
        }
    }
}
