// Every kind of entry that keep6 writes to the journal.
import Internet

/// A kind of entry. Programs read these values, so they never change.
package enum JournalEvent: CaseIterable, Sendable {
    case ready, waitedInVain, online, lost, restored, returned, relieved, addressAdded, addressRestored, corrected,
        fight, overruled, deadRouter, foreignRouter, linkGone, poked, adopted, refused, flood, failed, guestCame,
        guestMoved, guestWent, guestsFull, guestContested, guestsNumbered, guestsUnnumbered, guestsRenumbered
    case delegated, delegationEnded, delegationRefused, delegationUnanswered, delegationFailed, delegationLog

    /// KEEP6_EVENT=
    package var name: String { row.name }
    /// MESSAGE_ID=, a random constant (systemd.journal-fields(7)) that docs/keep6.catalog explains; nil for an entry that
    /// explains itself.
    package var messageID: String? { row.messageID }
    /// syslog's number: 3 error, 4 warning, 5 notice, 6 information, 7 debugging (syslog(3)).
    package var priority: Int { row.priority }

    private var row: (name: String, priority: Int, messageID: String?) {
        switch self {
        case .ready: ("ready", 6, "869ee2d0cb094cf69106b2b29c164af3")
        case .waitedInVain: ("ready", 4, "94eedf6a82b6428a82ecd262237f6a21")
        case .online: ("online", 6, "4fce5677e7e94e4bb27a7fe277414f17")
        case .lost: ("lost", 4, "66909f63328843659c3cb35677d794e2")
        case .restored: ("restored", 5, "0107228ea0af4de2a58d78240df11a8b")
        case .returned: ("returned", 5, "a5f45647f2b543a18b912e3d1832a7ed")
        case .relieved: ("relieved", 6, "12fe3a00bda3422f8b0ee09c3311ac8e")
        case .addressAdded: ("address-added", 5, "16fe9c488ba9499ba6b760b5ce1c0e84")
        case .addressRestored: ("address-restored", 5, "f9731241647c484a8ee9bbdbcab343ed")
        case .corrected: ("corrected", 5, "1700253dc333437e944925fab04cdf4c")
        case .fight: ("fight", 4, "2d2e5952f6e7454e820917e59c92adf8")
        case .overruled: ("overruled", 4, "06cefc3b405b42719d1718c8fb930392")
        case .deadRouter: ("overruled", 4, "1782cf53ce2e4b009c99886187d90ee9")
        case .foreignRouter: ("overruled", 4, "620f5fe29d2643b6a0f3e4ed59cfdfbe")
        case .linkGone: ("link-gone", 5, "10d52e77d2394d2d8bd80b8407922c36")
        case .poked: ("poked", 6, "a85e9446544c451eafcfaa2177f72eb8")
        case .adopted: ("adopted", 6, "768641266641444c974e5ca4cf2f7f0e")
        case .refused: ("refused", 4, "de181f77ef894fd8a587191325b2ccff")
        case .flood: ("flood", 4, "a0c46bd377f94d63b00ff442d72b1cc5")
        case .failed: ("failed", 3, "c9a12e6740864b0ab8892fa9791c1575")
        case .guestCame: ("guest-came", 7, "ba513ccbb96d45ad87afed0cfadc5583")
        case .guestMoved: ("guest-moved", 7, "ba513ccbb96d45ad87afed0cfadc5583")
        case .guestWent: ("guest-went", 7, "a87018b1b51c4fc3836ed66560bf9374")
        case .guestsFull: ("guests-full", 4, "e5b90426bfbd43999a934a174010fdb8")
        case .guestContested: ("guest-contested", 4, "b50ffd609ded4d4dab6bd816a3abe472")
        case .guestsNumbered: ("guests-numbered", 5, "a2a78500648d487e9c5ada6ad9d1f131")
        case .guestsUnnumbered: ("guests-unnumbered", 4, "a3f7f32a5d824d88b9c579f1f73b62d9")
        case .guestsRenumbered: ("guests-renumbered", 5, "9460bb762ed44b7e806bc02fee970745")
        case .delegated: ("delegated", 5, "f62df1ddc00244559183877975d0ca28")
        case .delegationEnded: ("delegation-ended", 4, "16dcc12c4f0f40a48619b3769aadc6bd")
        case .delegationRefused: ("delegation-refused", 4, "4ffde0b989c549fd8fe3fb9266e4754e")
        case .delegationUnanswered: ("delegation-unanswered", 4, "dfcbd2ec15f642abb87b8a66e9acb80f")
        case .delegationFailed: ("delegation-failed", 3, "f541dbcb165b4c51aa0a1503c240cce9")
        case .delegationLog: ("delegation-log", 7, nil)
        }
    }
}

/// Something that a service tells the administrator by an entry of the journal.
package protocol JournalReport {
    var event: JournalEvent { get }
    /// The fields that only entries of this kind have.
    var ownFields: [(name: String, value: String)] { get }
    /// The sentence; the log puts the uplink's name before it.
    func sentence(on uplink: InterfaceName) -> String
}

extension JournalReport {
    package var ownFields: [(name: String, value: String)] { [] }
    package var priority: Int { event.priority }

    /// The journal's fields beside the sentence.
    package var fields: [(name: String, value: String)] {
        [("KEEP6_EVENT", event.name)] + (event.messageID.map { [("MESSAGE_ID", $0)] } ?? []) + ownFields
    }
}
