// What a stanza asks of DHCPv6: a delegated prefix, for which client, of which length.
import Internet

/// `keep6-delegation DUID [HINT]`: a prefix to be asked for by prefix delegation (RFC 8415 6.3).
package struct DelegationRequest: Equatable, Sendable {
    package let duid: DUID
    /// The prefix, or `::`, and the length that are asked for; the server decides.
    package let hint: InterfaceAddress

    /// What is asked for where nothing is said: a /56, which has a /64 for each of 256 networks (RFC 6177).
    static let defaultLength: UInt8 = 56
    /// The lengths that can be asked for and that are believed: what a shorter prefix hides from the host is too much of
    /// the internet, and a longer one is of no use to a network.
    package static let lengths: ClosedRange<UInt8> = 32...64

    /// Reads the option's value; the clause that is thrown says what is wrong.
    package init(_ value: String) throws(Malformed) {
        let words = words(value)
        guard let first = words.first, words.count <= 2 else {
            throw Malformed("it must be the DUID that your provider shows, and optionally a length (/56)")
        }
        do { duid = try DUID(first) } catch {
            throw Malformed("the DUID \(error); copy it as your provider shows it")
        }
        let text = words.count == 2 ? words[1] : "/\(DelegationRequest.defaultLength)"
        let whole = text.utf8.first == UInt8(ascii: "/") ? "::" + text : text
        guard let hint = InterfaceAddress(whole), DelegationRequest.lengths.contains(hint.prefixLength),
            hint.isPrefix, hint.address.isUnspecified || hint.isForNetworks
        else {
            let range = "/\(DelegationRequest.lengths.lowerBound) to /\(DelegationRequest.lengths.upperBound)"
            throw Malformed("'\(text)' is neither a length, \(range), nor a prefix with its length (2001:db8::/56)")
        }
        self.hint = hint
    }
}

extension DelegationRequest: CustomStringConvertible {
    /// As it is written.
    package var description: String { "\(duid) \(hint)" }
}

extension InterfaceAddress {
    /// Within `2000::/3` or `fc00::/7`, which networks can be numbered from (RFC 4291 2.4, RFC 4193): a provider may
    /// delegate unique local prefixes, beside others.
    package var isForNetworks: Bool { address.isGlobalUnicast || address.high >> 57 == 0xfc >> 1 }
}
