// The ifupdown hook: what it sets, stores and takes back, and what it refuses.
import Foundation
import Internet
import Linux
import Netlink
import TestSupport
import Testing

@Suite(
    "The ifupdown hook", .needsRoot)
struct IfHookTests {
    @Test("before the link is up sets accept_ra to 2 and stores what it was; a second time changes nothing")
    func preUp() throws {
        let host = try KeptHost()
        #expect(try host.acceptRA() == 1)
        let options = ["IF_KEEP6_ADDRESS": "2001:db8:1::20/64", "IF_KEEP6_WAIT": "30"]
        let first = try host.hook("pre-up", options)
        #expect(first.code == 0 && first.errors == [] && first.output == [])
        #expect(try host.acceptRA() == 2)
        let text = "keep6-wish 1\nuplink eth0\nfound-accept-ra 1\nkeep6-address 2001:db8:1::20/64\nkeep6-wait 30\nend\n"
        #expect(try host.text("eth0.wish") == text)
        let stat = ["--format=%i %y %z", "/run/keep6/eth0.wish", "/run/keep6"]
        let before = try host.run("/usr/bin/stat", stat).output
        let second = try host.hook("pre-up", options)
        #expect(second.code == 0 && second.errors == [])
        #expect(try host.run("/usr/bin/stat", stat).output == before)
        #expect(host.stateFiles == ["eth0.wish"])
        #expect(try host.acceptRA() == 2)
    }

    @Test("stores a changed wish, and still what accept_ra was before keep6 came")
    func changedWish() throws {
        let host = try KeptHost()
        #expect(try host.hook("pre-up").code == 0)
        #expect(try host.hook("pre-up", ["IF_KEEP6_ACCEPT_RA": "0"]).code == 0)
        #expect(try host.acceptRA() == 0)
        #expect(
            try host.text("eth0.wish") == "keep6-wish 1\nuplink eth0\nfound-accept-ra 1\nkeep6-accept-ra 0\nend\n")
    }

    @Test("leaves accept_ra 0 alone, for a program handles router advertisements then")
    func handledByProgram() throws {
        let host = try KeptHost()
        try host.setAcceptRA(0)
        let hook = try host.hook("pre-up")
        #expect(hook.code == 0 && hook.errors == [])
        #expect(try host.acceptRA() == 0)
        #expect(try host.text("eth0.wish") == "keep6-wish 1\nuplink eth0\nfound-accept-ra 0\nend\n")
    }

    @Test("before the link is down takes back keep6's route and addresses, accept_ra and its files")
    func preDown() throws {
        let host = try KeptHost()
        let options = ["IF_KEEP6_ADDRESS": "2001:db8:1::20/64", "IF_KEEP6_DEFAULT_ROUTE": "fe80::ff:fe00:1"]
        #expect(try host.hook("pre-up", options).code == 0)
        let keeper = try host.startGuard()
        try host.host.sh("ip address add 2001:db8:1::20/64 dev eth0 nodad")
        #expect(try host.defaultRoutes.count == 1)
        #expect(try keeper.end() == 0)
        try host.host.sh("ip -6 route add default via fe80::2 dev eth0 metric 900")
        #expect(host.stateFiles == ["eth0.lock", "eth0.route", "eth0.wish"])
        // The stanza may have lost its options since.
        let hook = try host.hook("pre-down", ["IF_KEEP6": ""])
        #expect(hook.code == 0)
        #expect(try host.acceptRA() == 1)
        #expect(try host.defaultRoutes.map(\.metric) == [900])
        let addresses = try host.routes.addresses(of: try host.link.index).map(\.value.description)
        #expect(addresses.contains("2001:db8:1::10/64") && !addresses.contains("2001:db8:1::20/64"))
        #expect(host.stateFiles == ["eth0.lock"])
        let again = try host.hook("pre-down")
        #expect(again.code == 0 && again.errors == [])
    }

    @Test("before the link is down is content when the interface is gone")
    func preDownWithoutInterface() throws {
        let host = try KeptHost()
        #expect(try host.hook("pre-up").code == 0)
        try host.host.sh("ip link delete eth0")
        let hook = try host.hook("pre-down")
        #expect(hook.code == 0)
        #expect(!hook.errors.contains { $0.contains("No such") && !$0.contains("keep6@eth0.service") })
        #expect(host.stateFiles.isEmpty)
    }

    static let refusedNames = [
        "", ".", "..", "../x", "a/b", "eth0:1", "%s", "sixteen-letters0", "a b", "a\nb", "a\u{1b}[31mb", "\u{e9}th0",
        String(repeating: "x", count: 9000), String(repeating: "../", count: 100) + "etc/passwd",
    ]

    @Test("refuses what is no interface's name with 1 and one sentence, and touches nothing")
    func refusedNames() throws {
        let host = try KeptHost()
        let before = try host.run("/usr/bin/find", ["/run"]).output
        for phase in ["pre-up", "post-up", "pre-down"] {
            for name in Self.refusedNames {
                let hook = try host.hook(phase, ["IFACE": name])
                #expect(hook.code == 1, "\(phase) '\(name)'")
                #expect(hook.errors.count == 1, "\(phase) '\(name)'")
                #expect(hook.errors.first?.hasPrefix("keep6: the ifupdown hook ") == true)
                #expect(hook.errors.first?.utf8.allSatisfy { (0x20...0x7e).contains($0) } == true)
            }
        }
        let missing = try host.run("if-hook", environment: ["PHASE": "pre-up", "IF_KEEP6": "yes"])
        #expect(missing.code == 1)
        #expect(missing.errors == ["keep6: the ifupdown hook was called without IFACE; ifup must call it."])
        let phase = try host.hook("post-down")
        #expect(phase.code == 1)
        #expect(phase.errors.first?.contains("PHASE") == true)
        #expect(try host.run("/usr/bin/find", ["/run"]).output == before)
        #expect(try host.acceptRA() == 1)
    }

    static let wrongOptions = [
        ("IF_KEEP6_WAIT", "soon", "option 'keep6-wait soon': it must be a number of seconds"),
        ("IF_KEEP6_WAIT", "3601", "option 'keep6-wait 3601': it must be a number of seconds"),
        ("IF_KEEP6_ACCEPT_RA", "yes", "option 'keep6-accept-ra yes': it must be auto, 2, 1 or 0"),
        ("IF_KEEP6_DEFAULT_ROUTE", "ff02::1", "option 'keep6-default-route ff02::1': it must be ra, off or"),
        (
            "IF_KEEP6_ADDRESS", "2001:db8::1",
            "option 'keep6-address 2001:db8::1': '2001:db8::1' is not a unicast address"
        ),
        ("IF_KEEP6_START", "lib/virt", "option 'keep6-start lib/virt': 'lib/virt' is not a name of a systemd unit"),
        ("IF_KEEP6_PROXY", "../x", "option 'keep6-proxy ../x': '../x' is not a name of a libvirt network or a bridge"),
        ("IF_KEEP6_COLOR", "blue", "option 'keep6-color blue': unknown option"),
    ]

    @Test("says each wrong option in one sentence with interface and value, and keeps the uplink all the same")
    func wrongOptions() throws {
        let host = try KeptHost()
        for (name, value, words) in Self.wrongOptions {
            try host.setAcceptRA(1)
            let hook = try host.hook("pre-up", [name: value])
            #expect(hook.code == 0, "\(name)")
            #expect(hook.errors.count == 1, "\(name)")
            #expect(hook.errors.first?.hasPrefix("keep6: 'eth0': \(words)") == true, "\(hook.errors)")
            #expect(try host.acceptRA() == 2, "\(name)")
        }
        let all = Dictionary(uniqueKeysWithValues: Self.wrongOptions.dropFirst().map { ($0.0, $0.1) })
        let hook = try host.hook("pre-up", all)
        #expect(hook.code == 0 && hook.errors.count == all.count)
        #expect(try host.text("eth0.wish") == "keep6-wish 1\nuplink eth0\nfound-accept-ra 1\nend\n")
    }

    @Test("keeps nothing that an inet stanza or a wrong yes asks for, and says so")
    func notKept() throws {
        let host = try KeptHost()
        let inet = try host.hook("pre-up", ["ADDRFAM": "inet"])
        #expect(inet.code == 0 && inet.errors.count == 1)
        #expect(inet.errors.first?.hasPrefix("keep6: 'eth0': 'keep6 yes' stands in an 'inet' stanza;") == true)
        let wrong = try host.hook("pre-up", ["IF_KEEP6": "maybe"])
        #expect(wrong.code == 0 && wrong.errors.count == 1)
        #expect(wrong.errors.first?.hasPrefix("keep6: 'eth0': option 'keep6 maybe': it must be yes or no") == true)
        let no = try host.hook("pre-up", ["IF_KEEP6": "no"])
        #expect(no.code == 0 && no.errors == [])
        #expect(host.stateFiles.isEmpty)
        #expect(try host.acceptRA() == 1)
    }

    @Test("and the guard and the command, run by somebody who is not root, fail in words")
    func notRoot() throws {
        let host = try KeptHost()
        // The link to the executable may lead where only root can go.
        let directory = host.programs + "-copy"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let original = URL(filePath: "\(host.programs)/keep6").resolvingSymlinksInPath().path
        let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"]
        for name in ["if-hook", "keep6-guard", "keep6"] {
            // Not by this process: a program that another test starts then would hold the copy open for writing.
            #expect(try Child.run("/usr/bin/cp", [original, "\(directory)/\(name)"]) == 0)
            let arguments = name == "keep6" ? ["status"] : ["eth0"]
            let outcome = try host.run(
                "/usr/bin/setpriv", nobody + ["\(directory)/\(name)"] + arguments,
                environment: ["IFACE": "eth0", "PHASE": "pre-up", "ADDRFAM": "inet6", "IF_KEEP6": "yes"])
            #expect(outcome.code == ["if-hook": 0, "keep6-guard": 1, "keep6": 2][name], "\(name): \(outcome)")
            #expect(!outcome.errors.isEmpty && outcome.errors.allSatisfy { $0.hasPrefix("keep6: ") }, "\(outcome)")
        }
        #expect(try host.acceptRA() == 1)
    }
}
