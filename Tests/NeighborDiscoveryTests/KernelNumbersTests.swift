import CLinux
import Testing

@testable import NeighborDiscovery

/// The pure files have numbers from the RFCs; here they are held against the headers.
@Suite("Numbers of the headers")
struct KernelNumbersTests {
    @Test("message and option types are those of netinet/icmp6.h")
    func types() {
        #expect(Int32(icmpv6) == Int32(IPPROTO_ICMPV6))
        #expect(Int32(MessageType.routerSolicitation.rawValue) == ND_ROUTER_SOLICIT)
        #expect(Int32(MessageType.routerAdvertisement.rawValue) == ND_ROUTER_ADVERT)
        #expect(Int32(MessageType.neighborAdvertisement.rawValue) == ND_NEIGHBOR_ADVERT)
        #expect(Int32(MessageOption.sourceLinkLayerAddress) == ND_OPT_SOURCE_LINKADDR)
        #expect(Int32(MessageOption.targetLinkLayerAddress) == ND_OPT_TARGET_LINKADDR)
        #expect(Int32(MessageOption.prefixInformation) == ND_OPT_PREFIX_INFORMATION)
        #expect(Int32(MessageOption.mtu) == ND_OPT_MTU)
    }

    @Test("a preference has the number that linux/icmpv6.h gives it, and the reserved one is medium")
    func preferences() {
        #expect(RouterPreference.low.netlinkValue == 3)
        #expect(RouterPreference.medium.netlinkValue == 0)
        #expect(RouterPreference.high.netlinkValue == 1)
        #expect((0...3).map(RouterPreference.init(bits:)) == [.medium, .high, .medium, .low])
    }
}
