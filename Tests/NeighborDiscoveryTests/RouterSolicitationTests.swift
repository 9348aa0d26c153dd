import Testing

@testable import NeighborDiscovery

@Suite("Router solicitation")
struct RouterSolicitationTests {
    @Test("without an address it is what rdisc6 sends")
    func plain() {
        #expect(RouterSolicitation().bytes == withoutChecksum(GoldenPacket.solicitation))
    }

    @Test("with an address it is what the kernel sends")
    func withAddress() {
        let solicitation = RouterSolicitation(sourceLinkLayerAddress: [2, 0, 0, 0, 0, 2])
        #expect(solicitation.bytes == withoutChecksum(GoldenPacket.solicitationWithAddress))
    }

    @Test(
        "an address of a length the kernel has fills whole units of 8 bytes; no other is sent",
        arguments: [0, 1, 6, 7, 8, 14, 15, 20, 32, 33, 300, 3000])
    func addressLength(_ length: Int) {
        let address = [UInt8](repeating: 0xaa, count: length)
        let bytes = RouterSolicitation(sourceLinkLayerAddress: address).bytes
        guard (1...32).contains(length) else {
            #expect(bytes.count == 8)
            return
        }
        #expect(bytes.count % 8 == 0 && bytes.count - 10 - length < 8)
        #expect(bytes[8] == 1 && 8 + 8 * Int(bytes[9]) == bytes.count)
        #expect(Array(bytes[10..<(10 + length)]) == address)
        #expect(bytes[(10 + length)...].allSatisfy { $0 == 0 })
    }
}
