// The journal's MESSAGE_ID= of each kind of sentence; docs/keep6.catalog explains every one of them.
import StateMachines

/// A random 128-bit constant in 32 hexadecimal digits (systemd.journal-fields(7)); never changed, never used again.
package enum MessageID: String, CaseIterable, Sendable {
    case ready = "869ee2d0cb094cf69106b2b29c164af3"
    case waitedInVain = "94eedf6a82b6428a82ecd262237f6a21"
    case online = "4fce5677e7e94e4bb27a7fe277414f17"
    case lost = "66909f63328843659c3cb35677d794e2"
    case restored = "0107228ea0af4de2a58d78240df11a8b"
    case returned = "a5f45647f2b543a18b912e3d1832a7ed"
    case relieved = "12fe3a00bda3422f8b0ee09c3311ac8e"
    case addressAdded = "16fe9c488ba9499ba6b760b5ce1c0e84"
    case addressRestored = "f9731241647c484a8ee9bbdbcab343ed"
    case corrected = "1700253dc333437e944925fab04cdf4c"
    case fight = "2d2e5952f6e7454e820917e59c92adf8"
    case overruled = "06cefc3b405b42719d1718c8fb930392"
    case deadRouter = "1782cf53ce2e4b009c99886187d90ee9"
    case linkGone = "10d52e77d2394d2d8bd80b8407922c36"
    case poked = "a85e9446544c451eafcfaa2177f72eb8"
    case foreignRouter = "620f5fe29d2643b6a0f3e4ed59cfdfbe"
    case adopted = "768641266641444c974e5ca4cf2f7f0e"
    case refused = "de181f77ef894fd8a587191325b2ccff"
    case flood = "a0c46bd377f94d63b00ff442d72b1cc5"
    case failed = "c9a12e6740864b0ab8892fa9791c1575"
    case guestCame = "ba513ccbb96d45ad87afed0cfadc5583"
    case guestWent = "a87018b1b51c4fc3836ed66560bf9374"
    case guestsFull = "e5b90426bfbd43999a934a174010fdb8"
    case guestContested = "b50ffd609ded4d4dab6bd816a3abe472"
    case guestsNumbered = "a2a78500648d487e9c5ada6ad9d1f131"
    case guestsUnnumbered = "a3f7f32a5d824d88b9c579f1f73b62d9"
    case guestsRenumbered = "9460bb762ed44b7e806bc02fee970745"
}

extension Report {
    /// The kind of sentence that this is.
    var messageID: MessageID {
        switch self {
        case .ready(nil, _): .ready
        case .ready: .waitedInVain
        case .online: .online
        case .lost: .lost
        case .restored: .restored
        case .returned: .returned
        case .relieved: .relieved
        case .addressAdded: .addressAdded
        case .addressRestored: .addressRestored
        case .corrected: .corrected
        case .fight: .fight
        case .overruled(_, .foreignRouter): .foreignRouter
        case .overruled(_, .deadRouter): .deadRouter
        case .overruled(_, .deadRoute): .overruled
        case .linkGone: .linkGone
        case .poked: .poked
        case .adopted: .adopted
        case .refused: .refused
        case .flood: .flood
        case .failed: .failed
        }
    }
}
