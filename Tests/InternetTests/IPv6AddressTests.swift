// IPv6Address held against the C library: inet_pton(3) and inet_ntop(3).
import Glibc
import Internet
import TestSupport
import Testing

/// What inet_pton(3) makes of a text.
private func libraryBytes(_ text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
}

/// What inet_ntop(3) makes of 16 bytes.
private func libraryText(_ bytes: [UInt8]) -> String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    _ = inet_ntop(AF_INET6, bytes, &text, socklen_t(text.count))
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

@Suite struct IPv6AddressTests {
    @Test("the text is that of the C library")
    func textOfLibrary() {
        var random = SeededGenerator(seed: 1)
        var wrong: [[UInt8]] = []
        for _ in 0..<20_000 {
            let bytes = (0..<8).flatMap { _ -> [UInt8] in
                switch UInt8.random(in: 0..<4, using: &random) {
                case 0, 1: [0, 0]
                case 2: [0, UInt8.random(in: 0...255, using: &random)]
                default: [UInt8.random(in: 0...255, using: &random), UInt8.random(in: 0...255, using: &random)]
                }
            }
            let address = IPv6Address(bytes: bytes)
            let text = libraryText(bytes)
            // The library writes the last 32 bits of ::/96 and ::ffff:0:0/96 dotted.
            let isSame = text.contains(".") || address?.description == text
            if !isSame || address?.bytes != bytes || IPv6Address(text) != address
                || libraryBytes(address?.description ?? "") != bytes
            {
                wrong.append(bytes)
            }
        }
        #expect(wrong == [])
    }

    /// Random text, and good text with one byte changed: taken exactly if inet_pton(3) takes it, and for the same.
    @Test("a text is an address where the C library says so")
    func acceptedText() {
        var random = SeededGenerator(seed: 2)
        let alphabet = Array("0123456789abcdefABCDEFgG::::::....-+ /%_x".utf8)
        let good = ["2001:db8::1", "::", "::1", "1:2:3:4:5:6:7:8", "1::8", "::ffff:192.0.2.1", "1:2:3:4:5:6:192.0.2.1"]
        var wrong: [String] = []
        for turn in 0..<40_000 {
            var text = Array((good.randomElement(using: &random) ?? "").utf8)
            if turn % 2 == 0 {
                text = (0..<Int.random(in: 0...12, using: &random)).compactMap { _ in
                    alphabet.randomElement(using: &random)
                }
            }
            for _ in 0..<Int.random(in: 0...2, using: &random) where !text.isEmpty {
                let index = Int.random(in: 0..<text.count, using: &random)
                let byte = alphabet.randomElement(using: &random) ?? 0
                if Bool.random(using: &random) { text[index] = byte } else { text.insert(byte, at: index) }
            }
            let string = String(decoding: text, as: UTF8.self)
            if IPv6Address(string)?.bytes != libraryBytes(string) { wrong.append(string) }
        }
        #expect(wrong == [])
    }

    @Test(arguments: [
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:DB8::0:1", "2001:db8::1"),
        ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:0:0:2:3:0:0:4", "1::2:3:0:0:4"), ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
        ("0001:0:0:0:0:0:0:0", "1::"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ("::ffff:192.0.2.1", "::ffff:c000:201"), ("64:ff9b::192.0.2.1", "64:ff9b::c000:201"),
        ("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ])
    func canonicalText(text: String, canonical: String) {
        #expect(IPv6Address(text)?.description == canonical)
    }

    @Test(arguments: [
        "", ":", ":::", "1", "1:", ":1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:", ":1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2::3", "1:::2", "12345::", "::g", "::-0", "::-1", "::+1", ":: 1",
        " ::1", "::1 ", "::1/64", "fe80::1%eth0", "[::1]", "0x1::", "192.0.2.1", "::192.0.2", "::192.0.2.1.1",
        "::192.0.2.256", "::192.0.2.01", "::192.0.2.-0", "::192.0.2.+1", "::192.0.2.", "::.0.2.1", "::192.0.2.1:1",
        "1:2:3:4:5:6:7:192.0.2.1", "::1\n", "::1\0", "：：1", "::١", "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555",
    ])
    func isNoAddress(_ text: String) {
        #expect(IPv6Address(text) == nil)
    }

    @Test func bytes() {
        #expect(IPv6Address(bytes: [UInt8](repeating: 0, count: 15)) == nil)
        #expect(IPv6Address(bytes: [UInt8](repeating: 0, count: 17)) == nil)
        let counted = IPv6Address(high: 0x0001_0203_0405_0607, low: 0x0809_0a0b_0c0d_0e0f)
        #expect(IPv6Address(bytes: (0..<16).map(UInt8.init)) == counted)
        #expect(IPv6Address.allRouters.description == "ff02::2")
        #expect(IPv6Address.unspecified.description == "::")
    }

    @Test(arguments: [
        ("2001:db8::1", true), ("2000::", true), ("3fff:ffff::1", true), ("1fff:ffff::1", false), ("4000::", false),
        ("fd00::1", false), ("fc00::1", false), ("fe80::1", false), ("fec0::1", false), ("ff0e::1", false),
        ("::1", false), ("::", false), ("::ffff:192.0.2.1", false), ("64:ff9b::1", false),
    ])
    func globalUnicast(text: String, isGlobal: Bool) throws {
        #expect(try #require(IPv6Address(text)).isGlobalUnicast == isGlobal)
    }

    @Test(arguments: [
        ("fe80::1", [true, false, false, false]), ("febf:ffff::1", [true, false, false, false]),
        ("fec0::1", [false, false, false, false]), ("fe7f::1", [false, false, false, false]),
        ("ff02::1", [false, true, false, false]), ("feff::", [false, false, false, false]),
        ("::", [false, false, true, false]), ("::1", [false, false, false, true]),
        ("::2", [false, false, false, false]), ("1::", [false, false, false, false]),
        ("1::1", [false, false, false, false]),
    ])
    func scopes(text: String, expected: [Bool]) throws {
        let address = try #require(IPv6Address(text))
        #expect([address.isLinkLocal, address.isMulticast, address.isUnspecified, address.isLoopback] == expected)
    }
}
