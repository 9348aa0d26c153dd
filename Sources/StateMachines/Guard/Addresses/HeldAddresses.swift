// Static addresses that the host goes on answering for while they are away.
import Internet
import Netlink

/// The addresses that have a local route of keep6's own, beside the kernel's.
///
/// A program that takes an address away, as networkd does in `networkctl reconfigure` before it adds it anew, takes the
/// kernel's local route to it with it, and what comes in until the guard has put it back is lost, or is forwarded. The
/// second route stays (ip-route(8), `local`): the kernel goes on delivering, and answering from, the address.
struct HeldAddresses: Sendable {
    private(set) var held: [InterfaceAddress] = []

    /// What to hold and to release, where these addresses are there: held is what is wished for and was found to be
    /// nobody else's, until it is wished for no longer, or is somebody else's.
    func due(of addresses: [Address], wishedBy keeper: AddressKeeper) -> [GuardAction] {
        let duplicates = addresses.filter(\.isDuplicate).map(\.value)
        let ended = held.filter { !keeper.isWished($0) || duplicates.contains($0) }
        let begun = addresses.filter { $0.isVerified && keeper.isWished($0.value) && !held.contains($0.value) }
        return ended.map { .release($0) } + begun.map { .hold($0.value) }
    }

    /// All are to be released: nothing comes in, and somebody else may come to have them.
    var end: [GuardAction] { held.map { .release($0) } }

    /// It was done, or cannot be and is not tried again.
    mutating func apply(tried action: GuardAction) {
        switch action {
        case .hold(let value) where !held.contains(value): held.append(value)
        case .release(let value): held.removeAll { $0 == value }
        default: break
        }
    }
}
