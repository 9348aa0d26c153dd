// What a stanza or a .network file says to keep6, with what is wrong in it.
import Internet

/// A wish as it was read, beside what is not keep6's own to configure.
public struct StatedWish: Equatable, Sendable {
    public var wish: Wish
    /// The addresses that ifupdown or networkd configures itself, by the rest of the stanza or file.
    public var staticAddresses: [InterfaceAddress] = []
    /// With those that keep6 adds.
    var allAddresses: [InterfaceAddress] { staticAddresses + wish.addresses }
    public var complaints: [LocatedComplaint] = []

    public init(uplink: InterfaceName) { wish = Wish(uplink: uplink) }
}

/// A complaint, and the line that it is about.
public struct LocatedComplaint: Equatable, Sendable {
    public let place: FileLine
    public let complaint: Complaint

    /// As `keep6 check` says it.
    var finding: Finding { Finding(place, .error, complaint.description) }
}
