// What the service that asks for a prefix has to say, as entries of the journal.

/// A sentence about an uplink's delegation.
package struct DelegationSentence: Equatable, Sendable {
    /// What kind of sentence it is; also the value of KEEP6_EVENT=.
    package enum Event: String, CaseIterable, Sendable {
        /// A prefix that was not there before.
        case delegated
        /// Its time is over, or the server has another one.
        case ended = "delegation-ended"
        /// The server says no, or delegates what is not believed.
        case refused = "delegation-refused"
        /// Nobody answers, or nobody renews.
        case unanswered = "delegation-unanswered"
        /// Another program has the port.
        case failed = "delegation-failed"
        /// What dhcpcd says.
        case log = "delegation-log"

        /// MESSAGE_ID=; docs/keep6.catalog explains every one of them. nil for what explains itself.
        var messageID: String? {
            switch self {
            case .delegated: "f62df1ddc00244559183877975d0ca28"
            case .ended: "16dcc12c4f0f40a48619b3769aadc6bd"
            case .refused: "4ffde0b989c549fd8fe3fb9266e4754e"
            case .unanswered: "dfcbd2ec15f642abb87b8a66e9acb80f"
            case .failed: "f541dbcb165b4c51aa0a1503c240cce9"
            case .log: nil
            }
        }

        /// syslog's number: 3 error, 4 warning, 5 notice, 7 debugging (syslog(3)).
        var priority: Int {
            switch self {
            case .failed: 3
            case .ended, .refused, .unanswered: 4
            case .delegated: 5
            case .log: 7
            }
        }
    }

    package let text: String
    package let event: Event

    package var priority: Int { event.priority }

    /// The journal's fields beside the sentence.
    package var fields: [(name: String, value: String)] {
        [("KEEP6_EVENT", event.rawValue)] + (event.messageID.map { [("MESSAGE_ID", $0)] } ?? [])
    }
}
