// What the service that asks for a prefix has to say to the administrator.
import Configuration
import Internet

/// Something about an uplink's delegation that an administrator may want to read in the journal.
package enum DelegationNotice: Equatable, Sendable {
    /// A prefix that was not there before; no lifetime if it has no end.
    case delegated(InterfaceAddress, lifetime: Duration?)
    /// The server took it back, or delegates another one.
    case ended(InterfaceAddress)
    case expired(InterfaceAddress)
    /// A prefix that no server should delegate.
    case notBelieved(InterfaceAddress)
    /// The server's words; the DUID unless there is a prefix.
    case refused(String, DUID?)
    case unanswered(after: Duration, DUID)
    case notRenewed
    /// Another program has the port that answers come to.
    case portTaken
    /// What dhcpcd says.
    case said(String)
}
