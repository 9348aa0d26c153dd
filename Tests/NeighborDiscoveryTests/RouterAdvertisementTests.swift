import Internet
import Testing

@testable import NeighborDiscovery

@Suite("Router advertisement")
struct RouterAdvertisementTests {
    static let everything = RouterAdvertisement(
        curHopLimit: 64, isManaged: true, isOtherConfiguration: true, preference: .high, routerLifetime: 1800,
        reachableTime: 30000, retransTimer: 1000, mtu: 1480, sourceLinkLayerAddress: [2, 0, 0, 0, 0, 1],
        prefixes: [
            PrefixInformation(
                prefix: InterfaceAddress("2001:db8:1::/64")!, isOnLink: true, isAutonomous: true,
                validLifetime: 86400, preferredLifetime: 14400),
            PrefixInformation(
                prefix: InterfaceAddress("2001:db8:2::/64")!, isOnLink: false, isAutonomous: true,
                validLifetime: PrefixInformation.infinite, preferredLifetime: PrefixInformation.infinite),
        ])

    @Test("every option that radvd can send is read; those unknown are passed over")
    func everyOption() throws {
        #expect(try RouterAdvertisement.parse(GoldenPacket.everyOption[...]) == Self.everything)
        let known = GoldenPacket.everyOption.prefix(16 + 64) + GoldenPacket.everyOption.suffix(16)
        #expect(Self.everything.bytes == withoutChecksum(Array(known)))
    }

    @Test("a router that is ended withdraws itself: lifetime 0, the rest as before")
    func withdrawal() throws {
        var expected = Self.everything
        expected.routerLifetime = 0
        #expect(try RouterAdvertisement.parse(GoldenPacket.withdrawal[...]) == expected)
    }

    @Test("an advertisement may have no option at all")
    func noOption() throws {
        let expected = RouterAdvertisement(curHopLimit: 64, preference: .low, routerLifetime: 9000)
        #expect(try RouterAdvertisement.parse(GoldenPacket.noOption[...]) == expected)
        #expect(expected.bytes == withoutChecksum(GoldenPacket.noOption))
    }

    @Test("cut short anywhere, it is refused, except between two options")
    func truncated() {
        let packet = GoldenPacket.everyOption
        let whole: Set = [16, 48, 80, 104, 128, 152, 160, 168]
        for length in 0...packet.count {
            let parsed = try? RouterAdvertisement.parse(packet[..<length])
            #expect((parsed != nil) == whole.contains(length), "\(length) bytes")
        }
    }

    struct Refused: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let hex: String
        let reason: String
        init(_ name: String, _ hex: String, _ reason: String) {
            (testDescription, self.hex, self.reason) = (name, hex, reason)
        }
    }

    @Test(
        "malformed messages are refused, and the reason is said",
        arguments: [
            Refused("empty", "", "0 bytes, at least 16 wanted"),
            Refused("a byte short", "8600 0000 4000 0708 0000 0000 0000 00", "15 bytes, at least 16 wanted"),
            Refused("a solicitation", "8500 0000 0000 0000 0000 0000 0000 0000", "type 133, not 134"),
            Refused("code 1", "8601 0000 4000 0708 0000 0000 0000 0000", "code 1, not 0"),
            Refused("an option of length 0", rest("0100 0200 0000 0001"), "option 1 has length 0"),
            Refused("an unknown option of length 0", rest("fe00 0000 0000 0000"), "option 254 has length 0"),
            Refused("length 0 after a good option", rest("0501 0000 0000 05dc 0300"), "option 3 has length 0"),
            Refused("an option past the end", rest("0102 0200 0000 0001"), "option 1 has 16 bytes, 8 are left"),
            Refused("the longest option", rest("01ff 0200 0000 0001"), "option 1 has 2040 bytes, 8 are left"),
            Refused("an option of one byte", rest("01"), "1 bytes wanted, 0 left"),
            Refused("an option of a header only", rest("0101"), "option 1 has 8 bytes, 2 are left"),
        ])
    func malformed(_ row: Refused) {
        #expect(throws: Malformed(row.reason)) {
            try RouterAdvertisement.parse(GoldenPacket.bytes(row.hex)[...])
        }
    }

    /// A sound fixed part with the given options after it.
    static func rest(_ options: String) -> String { "8600 0000 4000 0708 0000 0000 0000 0000" + options }

    struct Accepted: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let hex: String
        let expected: RouterAdvertisement
        init(_ name: String, _ hex: String, _ expected: RouterAdvertisement) {
            (testDescription, self.hex, self.expected) = (name, hex, expected)
        }
    }

    static let plain = RouterAdvertisement(curHopLimit: 64, routerLifetime: 1800)

    // Beside the test: Swift 6.0 crashes on a closure among the arguments of a macro.
    static let oddOptions = [
        Accepted("an unknown option", rest("fe01 0102 0304 0506"), plain),
        Accepted("an MTU below 1280", rest("0501 0000 0000 04ff"), plain),
        Accepted("the least MTU", rest("0501 0000 0000 0500"), with { $0.mtu = 1280 }),
        Accepted("the greatest MTU", rest("0501 0000 ffff ffff"), with { $0.mtu = .max }),
        Accepted(
            "the first of two MTUs counts", rest("0501 0000 0000 05dc 0501 0000 0000 0578"), with { $0.mtu = 1500 }),
        Accepted(
            "the first of two addresses counts", rest("0101 0200 0000 0001 0101 0200 0000 0002"),
            with { $0.sourceLinkLayerAddress = [2, 0, 0, 0, 0, 1] }),
        Accepted(
            "a target's address is not the source's", rest("0201 0200 0000 0001"), plain),
        Accepted("a prefix option of 8 bytes", rest("0301 40c0 0001 5180"), plain),
        Accepted("a prefix of 129 bits", rest("0304 81c0" + zeros(28)), plain),
        Accepted("a prefix of 0 bits, lifetimes 0", rest("0304 00c0" + zeros(28)), with(prefix: "::/0", 0, 0)),
        Accepted(
            "a prefix of 128 bits, lifetimes without end", rest("0304 80c0 ffff ffff ffff ffff" + zeros(20)),
            with(prefix: "::/128", .max, .max)),
        Accepted(
            "a prefix preferred longer than valid", rest("0304 40c0 0000 0001 ffff fffe" + zeros(20)),
            with(prefix: "::/64", 1, 0xffff_fffe)),
    ]

    @Test("an odd option does not spoil the message", arguments: oddOptions)
    func oddOption(_ row: Accepted) throws {
        #expect(try RouterAdvertisement.parse(GoldenPacket.bytes(row.hex)[...]) == row.expected)
    }

    static func zeros(_ count: Int) -> String { String(repeating: "00", count: count) }

    static func with(_ change: (inout RouterAdvertisement) -> Void) -> RouterAdvertisement {
        var advertisement = plain
        change(&advertisement)
        return advertisement
    }

    static func with(prefix: String, _ valid: UInt32, _ preferred: UInt32) -> RouterAdvertisement {
        with {
            $0.prefixes = [
                PrefixInformation(
                    prefix: InterfaceAddress(prefix)!, isOnLink: true, isAutonomous: true,
                    validLifetime: valid, preferredLifetime: preferred)
            ]
        }
    }

    @Test("the lifetime's whole range, and each flag alone")
    func fixedPart() throws {
        func read(flags: String, lifetime: String) throws -> RouterAdvertisement {
            let hex = "8600 0000 00" + flags + lifetime + "ffff ffff ffff ffff"
            return try RouterAdvertisement.parse(GoldenPacket.bytes(hex)[...])
        }
        #expect(try read(flags: "00", lifetime: "0000").routerLifetime == 0)
        #expect(try read(flags: "00", lifetime: "ffff").routerLifetime == 65535)
        #expect(try read(flags: "00", lifetime: "ffff").reachableTime == .max)
        #expect(try read(flags: "00", lifetime: "ffff").retransTimer == .max)
        #expect(try read(flags: "80", lifetime: "0001").isManaged)
        #expect(try !read(flags: "7f", lifetime: "0001").isManaged)
        #expect(try read(flags: "40", lifetime: "0001").isOtherConfiguration)
        #expect(try !read(flags: "bf", lifetime: "0001").isOtherConfiguration)
        #expect(try read(flags: "e7", lifetime: "0001").preference == .medium)
        #expect(try read(flags: "08", lifetime: "0001").preference == .high)
        #expect(try read(flags: "18", lifetime: "0001").preference == .low)
        #expect(try read(flags: "10", lifetime: "0001").preference == .medium)
    }

    @Test("many options are no trouble: a message of the greatest length")
    func manyOptions() throws {
        let packet = GoldenPacket.noOption + (0..<8189).flatMap { _ in [254, 1, 0, 0, 0, 0, 0, 0] as [UInt8] }
        #expect(try RouterAdvertisement.parse(packet[...]).routerLifetime == 9000)
    }
}
