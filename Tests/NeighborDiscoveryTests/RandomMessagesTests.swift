import Internet
import TestSupport
import Testing

@testable import NeighborDiscovery

@Suite("Random messages")
struct RandomMessagesTests {
    static let golden = [
        GoldenPacket.everyOption, GoldenPacket.withdrawal, GoldenPacket.noOption, GoldenPacket.routerAnswers,
        GoldenPacket.routerMoved, GoldenPacket.solicitationWithAddress,
    ]

    /// Whatever the bytes, both readers return or throw, and keep no more than they were given. Returns whether one of them
    /// accepts the bytes.
    private func isAccepted(_ bytes: ArraySlice<UInt8>) -> Bool {
        if let read = try? RouterAdvertisement.parse(bytes) {
            #expect(read.prefixes.count <= bytes.count / 32)
            #expect((0...65535).contains(read.routerLifetime))
            return true
        }
        guard let read = try? NeighborAdvertisement.parse(bytes) else { return false }
        #expect(!read.target.isMulticast)
        #expect((read.targetLinkLayerAddress?.count ?? 0) < bytes.count)
        return true
    }

    @Test("50,000 messages of random bytes are refused, but for a few that hold no more than they can")
    func random() {
        var generator = SeededGenerator(seed: 1)
        var accepted = 0
        for _ in 0..<50_000 {
            var bytes = (0..<Int.random(in: 0...160, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            if bytes.count > 1, Bool.random(using: &generator) {
                bytes[0] = Bool.random(using: &generator) ? 134 : 136
                bytes[1] = 0
            }
            if isAccepted(bytes[...]) { accepted += 1 }
        }
        #expect((1...25_000).contains(accepted))
    }

    @Test(
        "50,000 captured messages with a few bytes changed, inserted, removed or cut are refused, or hold no more than they can"
    )
    func mutated() {
        var generator = SeededGenerator(seed: 2)
        var accepted = 0
        for _ in 0..<50_000 {
            var bytes = Self.golden.randomElement(using: &generator)!
            for _ in 0..<Int.random(in: 1...6, using: &generator) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 2: bytes.insert([0, 1, 0xff].randomElement(using: &generator)!, at: place)
                case 3: bytes.remove(at: place)
                default: bytes.removeLast(Int.random(in: 0...min(8, bytes.count), using: &generator))
                }
            }
            // A slice that does not start at 0, as one out of a larger buffer.
            if isAccepted(([0xee] + bytes).dropFirst()) { accepted += 1 }
        }
        #expect((1..<50_000).contains(accepted))
    }

    @Test("10,000 random advertisements are read as they were written")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<10_000 {
            let written = advertisement(&generator)
            #expect(try RouterAdvertisement.parse(written.bytes[...]) == written)
        }
    }

    private func advertisement(_ generator: inout SeededGenerator) -> RouterAdvertisement {
        let prefixes = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
            PrefixInformation(
                prefix: InterfaceAddress(
                    address: IPv6Address(high: generator.next(), low: generator.next()),
                    prefixLength: UInt8.random(in: 0...128, using: &generator))!,
                isOnLink: Bool.random(using: &generator), isAutonomous: Bool.random(using: &generator),
                validLifetime: UInt32.random(in: 0...(.max), using: &generator),
                preferredLifetime: UInt32.random(in: 0...(.max), using: &generator))
        }
        return RouterAdvertisement(
            curHopLimit: UInt8.random(in: 0...255, using: &generator), isManaged: Bool.random(using: &generator),
            isOtherConfiguration: Bool.random(using: &generator),
            preference: [.low, .medium, .high].randomElement(using: &generator)!,
            routerLifetime: Int.random(in: 0...65535, using: &generator),
            reachableTime: UInt32.random(in: 0...(.max), using: &generator),
            retransTimer: UInt32.random(in: 0...(.max), using: &generator),
            mtu: Bool.random(using: &generator) ? UInt32.random(in: 1280...(.max), using: &generator) : nil,
            sourceLinkLayerAddress: Bool.random(using: &generator) ? [2, 0, 0, 0, 0, 9] : nil, prefixes: prefixes)
    }
}
