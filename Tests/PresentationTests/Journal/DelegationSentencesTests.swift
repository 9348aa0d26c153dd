// What the administrator reads about a delegated prefix.
import Internet
import Testing

@testable import Configuration
@testable import Presentation
@testable import StateMachines

@Suite("Sentences about a delegated prefix")
struct DelegationSentencesTests {
    @Test("a sentence says what happened, and what to do")
    func sentences() throws {
        let uplink = try #require(InterfaceName("eth0"))
        let prefix = try #require(InterfaceAddress("2001:db8:100::/56"))
        let duid = try DUID("00:03:00:01:aa:bb:cc:dd:ee:ff")
        let sentences = [
            DelegationNotice.delegated(prefix, lifetime: .seconds(90)), .delegated(prefix, lifetime: nil),
            .ended(prefix), .refused("Sorry, no prefixes could be allocated.", duid),
        ].map { $0.sentence(on: uplink) }
        #expect(
            sentences == [
                "2001:db8:100::/56 is delegated for 90 s, and renewed before that.",
                "2001:db8:100::/56 is delegated without end, and renewed before that.",
                "2001:db8:100::/56 is no longer delegated.",
                "the DHCPv6 server refuses a prefix (\"Sorry, no prefixes could be allocated.\"); compare the DUID"
                    + " 00:03:00:01:aa:bb:cc:dd:ee:ff with the one that your provider shows; dhcpcd continues to ask.",
            ])
    }
}
