// What keep6 check says is kept, by stanzas and .network files.
import TestSupport
import Testing

@testable import Configuration

@Suite struct KeptUplinksTests {
    private static let path = "/etc/systemd/network/a.network"

    private func words(_ text: String, _ files: [String: String] = [:]) -> String {
        KeptUplinks(interfaces(text), networkTree(files)).words
    }

    @Test func stanzas() {
        let kept = "iface eth0 inet6 auto\n    keep6 yes\n"
        #expect(words(kept) == "; keep6 keeps 'eth0'.")
        #expect(words(kept + "iface eth0 inet6 static\n    keep6 yes\n") == "; keep6 keeps 'eth0'.")
        #expect(words(kept + "iface eth1 inet6 auto\n    keep6 no\n") == "; keep6 keeps 'eth0'.")
        #expect(words("auto eth1=home\niface home inet6 auto\n    keep6 yes\n") == "; keep6 keeps 'eth1'.")
    }

    @Test func files() {
        let file = [Self.path: "[Match]\nName=eth0\n[X-Keep6]\n"]
        #expect(words("", file) == "; keep6 keeps the links of \(Self.path).")
        #expect(
            words("iface eth1 inet6 auto\n    keep6 yes\n", file)
                == "; keep6 keeps 'eth1' and the links of \(Self.path).")
    }

    @Test(arguments: ["", "iface eth0 inet6 auto\n", "iface eth0 inet auto\n    keep6 yes\n"])
    func nothing(_ text: String) {
        #expect(
            words(text, [Self.path: "[Match]\nName=eth0\n[X-Keep6]\nEnable=no\n"]).hasPrefix(
                ", but keep6 keeps nothing"))
    }
}
