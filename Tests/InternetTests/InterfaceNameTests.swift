import Internet
import Testing

@Suite struct InterfaceNameTests {
    @Test(arguments: ["e", "eno1", "eth0.100", "br-0123456789ab", "a~b", "...", "-", "lo", "enx0_"])
    func taken(_ text: String) {
        #expect(InterfaceName(text)?.description == text)
    }

    @Test(arguments: [
        "", ".", "..", "eth0:1", "/eth*", "a/b", "../x", "a b", "a\tb", "a\n", "\0", "eth%d", "ä", "e\u{301}", "\u{7f}",
        "0123456789abcdef", "１",
    ])
    func refused(_ text: String) {
        #expect(InterfaceName(text) == nil)
    }

    @Test("a name has at most 15 bytes")
    func lengthLimit() {
        #expect(InterfaceName(String(repeating: "x", count: 15)) != nil)
        #expect(InterfaceName(String(repeating: "x", count: 16)) == nil)
    }
}
