// What a stanza or a .network file says to keep6, with what is wrong in it.
import Internet

/// A wish as it was read, beside what is not keep6's own to configure.
package struct StatedWish: Equatable, Sendable {
    package var wish: Wish
    /// The addresses that ifupdown or networkd configures itself, by the rest of the stanza or file.
    package var staticAddresses: [InterfaceAddress] = []
    /// With those that keep6 adds.
    var allAddresses: [InterfaceAddress] { staticAddresses + wish.addresses }
    package var complaints: [LocatedComplaint] = []

    package init(uplink: InterfaceName) { wish = Wish(uplink: uplink) }
}
