// DUIDs as providers print them.
import Internet
import Testing

@testable import Configuration

@Suite struct DUIDTests {
    private static let ethernet = "00:03:00:01:aa:bb:cc:dd:ee:ff"

    @Test(arguments: [
        ("as it is", "00:03:00:01:aa:bb:cc:dd:ee:ff", ethernet),
        ("in upper case", "00:03:00:01:AA:BB:CC:DD:EE:FF", ethernet),
        ("without colons", "00030001aabbccddeeff", ethernet),
        ("as Windows has it", "00-03-00-01-AA-BB-CC-DD-EE-FF", ethernet),
        ("with its length", "00:0a:00:03:00:01:aa:bb:cc:dd:ee:ff", ethernet),
        ("with its length, without colons, in upper case", "000A00030001AABBCCDDEEFF", ethernet),
        ("as dhclient writes it", "0:3:0:1:aa:bb:cc:dd:ee:ff", ethernet),
        ("in groups of two bytes", "0003:0001:aabb:ccdd:eeff", ethernet),
        ("of a time", "00:01:00:01:2c:01:02:03:aa:bb:cc:dd:ee:ff", "00:01:00:01:2c:01:02:03:aa:bb:cc:dd:ee:ff"),
        ("of an enterprise", "00:02:00:00:ab:11:f0:bc", "00:02:00:00:ab:11:f0:bc"),
        (
            "of a UUID with its length", "00120004000102030405060708090a0b0c0d0e0f",
            "00:04:00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f"
        ),
    ])
    func read(what: String, text: String, expected: String) throws {
        #expect(try DUID(text).description == expected)
    }

    @Test(arguments: [
        ("", "is not a string of hexadecimal digits"), ("DUID", "is not a string of hexadecimal digits"),
        ("00:03:00:01::bb", "is not a string of hexadecimal digits"),
        ("00:03:00:01:", "is not a string of hexadecimal digits"),
        ("0003000", "has an odd number of digits"), ("00:03:001", "has an odd number of digits"),
        ("00:03", "has 2 bytes, but must have 3 to 130"),
        ("00:03:00:01:aa:bb:cc:dd:ee", "has 9 bytes, but a DUID-LL of an Ethernet address (type 3) has 10"),
        ("00:01:00:01:aa:bb:cc:dd:ee:ff", "has 10 bytes, but a DUID-LLT of an Ethernet address (type 1) has 14"),
        ("00:04:00:01:aa", "has 5 bytes, but a DUID-UUID (type 4) has 18"),
        ("00:04:00:02:aa:bb", "has 4 bytes, but a DUID-EN (type 2) has at least 7"),
        ("\u{ff10}\u{ff10}03", "is not a string of hexadecimal digits"),
    ])
    func refused(text: String, reason: String) {
        #expect(throws: Malformed(reason)) { try DUID(text) }
    }

    @Test func longestAndTooLong() throws {
        let longest = "0002" + String(repeating: "ff", count: 128)
        #expect(try DUID(longest).bytes.count == 130)
        #expect(try DUID("0082" + longest).bytes.count == 130)
        #expect(throws: Malformed("has 131 bytes, but must have 3 to 130")) { try DUID(longest + "ff") }
    }
}
