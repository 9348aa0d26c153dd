// What dhcpcd is given to ask for one prefix and to do nothing else.
import Internet
import Netlink

/// dhcpcd.conf(5) for one uplink.
package struct DhcpcdSettings: Sendable {
    let identity: DelegationIdentity
    let hint: InterfaceAddress
    /// What dhcpcd runs when something has happened, by absolute path.
    let script: String

    package init(_ identity: DelegationIdentity, hint: InterfaceAddress, script: String) {
        self.identity = identity
        self.hint = hint
        self.script = script
    }

    /// With `noconfigure` it configures nothing, for the script does that, and `-` has it number no network from the
    /// prefix; `ipv6only` and `noipv6rs` leave nothing but DHCPv6.
    package var text: String {
        """
        # Written by keep6 at each start of dhcpcd.
        duid \(identity.duid)
        ipv6only
        noipv6rs
        noconfigure
        script \(script)
        ia_pd \(identity.iaid)/\(hint) -

        """
    }
}
