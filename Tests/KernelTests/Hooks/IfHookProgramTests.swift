// The hook as ifupdown-ng and ifupdown2 call it; their environments were seen by a script in /etc/network/if-*.d on Debian
// 12 and 13.
import Foundation
import TestSupport
import Testing

@Suite(
    "The hook of ifupdown-ng and ifupdown2",
    .needsRoot)
struct IfHookProgramTests {
    private static let wish =
        "keep6-wish 1\nuplink eth0\nfound-accept-ra 1\nkeep6-address 2001:db8:1::20/64\nkeep6-address 2001:db8:1::30/64\nend\n"

    /// Only the last line of an option comes, with the white space before a comment, and no family.
    private func callByNG(_ host: KeptHost, _ phase: String, file: String) throws -> KeptHost.Outcome {
        try host.run(
            "if-hook",
            environment: [
                "IFACE": "eth0", "PHASE": phase, "MODE": phase == "down" ? "stop" : "start", "METHOD": "none",
                "INTERFACES_FILE": file, "IF_ADDRESSES": "2001:db8:1::10/64 ", "IF_GATEWAYS": "",
                "IF_KEEP6": "yes ", "IF_KEEP6_ADDRESS": "2001:db8:1::30/64  ", "IF_USE": "keep6",
            ])
    }

    private func interfacesFile(_ text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "keep6-\(UUID()).interfaces").path
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        return path
    }

    @Test("takes the lines that ifupdown-ng does not hand over, and its phases 'up' and 'down'")
    func ifupdownNG() throws {
        let file = try interfacesFile(
            "iface eth0\n address 2001:db8:1::10/64\n keep6 yes # kept\n keep6-address 2001:db8:1::20/64\n"
                + " keep6-address 2001:db8:1::30/64  # the third\n")
        defer { try? FileManager.default.removeItem(atPath: file) }
        let host = try KeptHost()
        let preUp = try callByNG(host, "pre-up", file: file)
        #expect(preUp.code == 0 && preUp.errors == [], "\(preUp)")
        #expect(try host.text("eth0.wish") == Self.wish)
        let up = try callByNG(host, "up", file: file)
        // There is no systemd that could start the guard.
        #expect(up.code == 0 && up.errors.allSatisfy { $0.contains("keep6@eth0.service") }, "\(up)")
        let addresses = try host.routes.addresses(of: try host.link.index).map(\.value.description)
        #expect(addresses.contains("2001:db8:1::20/64") && addresses.contains("2001:db8:1::30/64"))
        #expect(try callByNG(host, "down", file: file).code == 0)
        #expect(host.stateFiles.isEmpty)
        #expect(try host.acceptRA() == 1)
    }

    @Test("says so where it cannot find them")
    func notFound() throws {
        let file = try interfacesFile("iface home\n keep6 yes\n keep6-address 2001:db8:1::30/64\n")
        defer { try? FileManager.default.removeItem(atPath: file) }
        let host = try KeptHost()
        let hook = try callByNG(host, "pre-up", file: file)
        #expect(hook.code == 0 && hook.errors.count == 1, "\(hook)")
        #expect(hook.errors.first?.contains("ifupdown-ng hands over one line alone") == true)
        #expect(try host.text("eth0.wish").contains("keep6-address 2001:db8:1::30/64\n"))
    }

    @Test("does not believe the family that ifupdown2 hands over, which is the one of the interface before")
    func ifupdown2() throws {
        let host = try KeptHost()
        let environment = [
            "IFACE": "eth0", "LOGICAL": "lo", "ADDRFAM": "inet", "METHOD": "loopback", "MODE": "start",
            "PHASE": "pre-up", "IF_ADDRESS": "2001:db8:1::10/64", "IF_KEEP6": "yes",
        ]
        let hook = try host.run("if-hook", environment: environment)
        #expect(hook.code == 0 && hook.errors == [], "\(hook)")
        #expect(try host.text("eth0.wish") == "keep6-wish 1\nuplink eth0\nfound-accept-ra 1\nend\n")
    }
}
