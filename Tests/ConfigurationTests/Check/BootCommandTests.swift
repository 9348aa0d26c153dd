// The commands in a stanza that hold up the boot.
import TestSupport
import Testing

@testable import Configuration

@Suite struct BootCommandTests {
    private func report(_ text: String) -> [String] {
        Finding.all(of: InterfacesCheck(interfaces(text)) { _ in nil }).map {
            "\($0.line) \($0.severity): \($0.sentence)"
        }
    }

    /// The recipe of many blogs. On Debian 12 and 13 such a boot takes 302 s, and networking.service fails.
    @Test func theRecipe() {
        let text = """
            auto eno1
            iface eno1 inet6 static
                address 2001:db8::1/64
                accept_ra 2
                post-up sleep 10
                post-up systemctl start libvirtd
            """
        let sleep = "5 warning: 'post-up sleep 10' waits for a guessed time; remove the line"
        let start = "6 warning: 'post-up systemctl start libvirtd' can block the boot for five minutes: libvirtd waits"
        for text in [text, text + "\n    keep6 yes"] {
            let said = report(text)
            #expect(said.count == 2)
            #expect(said.first?.hasPrefix(start) == true)
            #expect(said.first?.hasSuffix("write 'keep6-start libvirtd.service'") == true)
            #expect(said.last?.hasPrefix(sleep) == true)
        }
    }

    @Test("sleep is a finding in a kept stanza only")
    func sleepInKeptStanza() {
        #expect(report("iface e inet6 auto\n up sleep 5\n") == [])
        #expect(report("iface e inet6 auto\n up sleep 5\n keep6 yes\n").count == 1)
        #expect(report("iface e inet6 auto\n up sleep 5 &\n down sleep 5\n keep6 yes\n") == [])
    }

    @Test(arguments: [
        ("systemctl start libvirtd", "libvirtd"), ("systemctl start libvirtd.service", "libvirtd"),
        ("/bin/systemctl restart virtqemud || true", "virtqemud"), ("sleep 5 && systemctl start libvirtd", "libvirtd"),
        ("sleep 5; service libvirtd start", "libvirtd"), ("/etc/init.d/libvirtd start", "libvirtd"),
        ("sh -c 'sleep 3; systemctl start docker'", "docker"), ("systemctl start ssh libvirtd", "libvirtd"),
        ("systemctl --no-block start libvirtd", nil), ("systemctl start libvirtd --no-block", nil),
        ("(sleep 5; systemctl start libvirtd) &", nil), ("systemctl stop libvirtd", nil),
        ("systemctl start ssh", nil), ("echo start libvirtd", nil), ("systemctl is-active libvirtd", nil), ("", nil),
        ("systemctl start libvirtd&", nil), ("systemctl start libvirtd &&", "libvirtd"), ("/etc/init.d/ssh start", nil),
    ])
    func started(command: String, service: String?) {
        #expect(BootCommand.started(by: command) == service)
    }
}
