// Who asks for a delegated prefix.
import Configuration
import Internet
import Netlink
import Text

/// The client that a DHCPv6 server sees: its DUID, and the IAID of the one thing it asks for (RFC 8415 12). Stored as
/// /var/lib/keep6/delegation/IFACE.client, for both must stay what they were (RFC 8415 12.1).
package struct DelegationIdentity: Equatable, Sendable {
    package var duid: DUID
    let iaid: UInt32

    package init(duid: DUID, iaid: UInt32) {
        self.duid = duid
        self.iaid = iaid
    }

    /// A first one: as dhclient and dhcpcd do, of the last four bytes of the hardware address, so that a server which
    /// knew the host by one of these delegates the same prefix; of the name where there is no such address (FNV-1a).
    package init(duid: DUID, link: Link) {
        let bytes = link.linkLayerAddress
        let iaid =
            bytes.count >= 4
            ? bytes.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            : link.name.description.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
        self.init(duid: duid, iaid: iaid)
    }

    package var text: String { RecordText.framed("client", ["duid \(duid)", "iaid \(iaid)"]) }

    /// Reads the text back; a torn or foreign one is an error as a whole.
    package init(text: String) throws(Malformed) {
        let lines = try RecordText.lines(of: "client", in: text)
        guard lines.count == 2, let first = lines.first, let last = lines.last, first.hasPrefix("duid "),
            last.hasPrefix("iaid "), let iaid = UInt32(last.dropFirst(5))
        else { throw Malformed("it must have one DUID and one IAID") }
        self.init(duid: try DUID(String(first.dropFirst(5))), iaid: iaid)
    }
}
