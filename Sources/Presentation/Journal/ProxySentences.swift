// What the guard has to say of the guests that an uplink answers for, as sentences for the administrator.
import Internet
import StateMachines

/// A report of the proxy, with the names of the networks that it is about.
package struct ProxySentence: JournalReport {
    private let report: ProxyReport
    private let name: (InterfaceIndex) -> String

    /// - Parameter name: gives a bridge's network.
    package init(_ report: ProxyReport, _ name: @escaping (InterfaceIndex) -> String) {
        self.report = report
        self.name = name
    }

    package func sentence(on uplink: InterfaceName) -> String {
        switch report {
        case .came(let address, let bridge):
            "keep6 answers for \(address), which appeared on '\(name(bridge))'."
        case .moved(let address, let bridge):
            "keep6 answers for \(address), which moved to '\(name(bridge))'."
        case .went(let address, let bridge):
            "keep6 no longer answers for \(address), which has gone from '\(name(bridge))'."
        case .full(let bridge):
            "keep6 answers for \(Proxy.limit) addresses on '\(name(bridge))', which is the limit. Find out which"
                + " guest has so many: 'ip -6 neigh show proxy'."
        case .contested(let address):
            "a guest uses \(address), which another host on the uplink claims; keep6 does not answer"
                + " for it. Find the guest, and give it another address."
        case .failed(let what): "\(what)."
        }
    }

    package var event: JournalEvent {
        switch report {
        case .came: .guestCame
        case .moved: .guestMoved
        case .went: .guestWent
        case .full: .guestsFull
        case .contested: .guestContested
        case .failed: .failed
        }
    }

    package var ownFields: [(name: String, value: String)] {
        switch report {
        case .came(let address, _), .moved(let address, _), .went(let address, _), .contested(let address):
            [("KEEP6_ADDRESS", address.description)]
        case .full, .failed: []
        }
    }
}
