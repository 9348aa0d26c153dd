import Internet
import Testing

@Suite struct ShellPatternTests {
    /// Compared with fnmatch(3): `python3 -c 'import ctypes; print(ctypes.CDLL(None).fnmatch(PATTERN, NAME, 0))'`.
    @Test(arguments: [
        ("eth0", "eth0", true), ("eth0", "eth1", false), ("eth*", "eth", true), ("eth*", "eth10", true),
        ("*", "", true), ("", "", true), ("", "a", false), ("a", "", false), ("?", "", false), ("?", "a", true),
        ("*0", "eth0", true), ("*0", "eth00", true), ("*a*b*", "xxaxxbxx", true), ("*a*b*", "xxbxxaxx", false),
        ("e[a-z]h0", "eth0", true), ("e[!a-z]h0", "eth0", false), ("e[^t]h0", "eth0", false), ("[]]", "]", true),
        ("[!]]", "a", true), ("[a-]", "-", true), ("[a", "[a", true), ("[a", "a", false), ("\\*", "*", true),
        ("\\*", "a", false), ("en[op]*", "eno1", true), ("en[op]*", "ens1", false), ("**", "a", true),
        ("[]", "[]", true), ("[[]", "[", true), ("a*", "ba", false), ("[a-cx-z]", "y", true), ("[a-cx-z]", "d", false),
    ])
    func fitsAsFnmatch(pattern: String, name: String, expected: Bool) {
        #expect(fits(name, pattern: pattern) == expected)
    }
}
