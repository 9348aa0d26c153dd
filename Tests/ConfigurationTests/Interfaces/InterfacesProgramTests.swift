// What ifupdown-ng and ifupdown2 make of an interfaces file, and of options that are written several times. Rows marked
// "ifquery" were compared with `ifquery -i FILE e` of ifupdown-ng 0.11.4 (Debian 12) and 0.12.1 (Debian 13).
import Internet
import TestSupport
import Testing

@testable import Configuration

private func tree(
    _ text: String, for program: InterfacesProgram, _ files: [String: String] = [:],
    directories: [String: [String]] = [:]
) -> InterfacesTree {
    let all = files.merging(["/n/interfaces": text]) { $1 }
    return InterfacesTree(reading: "/n/interfaces", with: fileReader(all, directories: directories), for: program)
}

/// `LINE severity: sentence`, one a line.
private func report(_ tree: InterfacesTree, settings: InterfacesProgramSettings? = nil) -> [String] {
    Finding.all(of: InterfacesCheck(tree, settings: settings) { _ in true }).map {
        "\($0.line) \($0.severity): \($0.sentence)"
    }
}

private func lines(_ tree: InterfacesTree, _ interface: String) -> String {
    tree.stanzas.filter { $0.interface == interface }.flatMap(\.lines).map { "\($0.word) \($0.value)" }
        .joined(separator: "\n")
}

@Suite struct InterfacesProgramTests {
    @Test(arguments: [
        (["VERBOSITY": "0", "METHOD": "static", "ADDRFAM": "inet6"], InterfacesProgram.ifupdown),
        (["INTERFACES_FILE": "/etc/network/interfaces", "METHOD": "none"], .ifupdownNG),
        (["METHOD": "loopback", "ADDRFAM": "inet", "LOGICAL": "lo"], .ifupdown2),
        ([:], .ifupdown2),
    ])
    func byWhatAHookIsTold(_ environment: [String: String], _ program: InterfacesProgram) {
        #expect(InterfacesProgram { environment[$0] } == program)
    }

    @Test(arguments: [
        (nil, InterfacesProgram.ifupdown), ("ifupdown", .oldIfupdownNG), ("ifupdown-ng", .ifupdownNG),
        ("/usr/sbin/ifupdown-ng", .ifupdownNG), ("/usr/share/ifupdown2/ifupdown2", .ifupdown2),
        ("/usr/share/ifupdown2/__main__.py", .ifupdown2), ("busybox", .ifupdown), ("", .ifupdown),
    ])
    func byWhereIfupLeads(_ target: String?, _ program: InterfacesProgram) {
        #expect(InterfacesProgram(ifupLeadsTo: target) == program)
    }

    @Test(arguments: [
        (InterfacesProgram.ifupdownNG, nil, true), (.ifupdownNG, "allow_addon_scripts = 0\n", false),
        (.ifupdownNG, "# allow_addon_scripts = 0\nallow_addon_scripts=1\n", true),
        (.ifupdownNG, "allow_addon_scripts no\n", false), (.ifupdownNG, "use_hostname_for_dhcp = 0\n", true),
        (.ifupdown2, nil, false), (.ifupdown2, "addon_scripts_support=1\n", true),
        (.ifupdown2, "#addon_scripts_support=1\n", false), (.ifupdown2, "addon_scripts_support = 0\n", false),
        (.ifupdown, "addon_scripts_support = 0\n", true),
    ])
    func settings(_ program: InterfacesProgram, _ text: String?, _ runsScripts: Bool) {
        #expect(InterfacesProgramSettings(of: program, text).runsScripts == runsScripts)
    }

    @Test(arguments: [
        Row(
            "ifquery: all stanzas of an interface are one", "iface e inet dhcp\n a 1\niface e inet6 static\n b 2\n",
            "a 1\nb 2"),
        Row("ifquery: a stanza needs no family", "iface e\n a 1\n", "a 1"),
        Row("ifquery: a comment behind a value", "iface e\n a 1 2  # three\n b 2#3\n # c 4\n", "a 1 2\nb 2"),
        Row("ifquery: a value that is continued", "iface e\n a 1 \\\n   2\n b 3\\4\n", "a 1 2\nb 3\\4"),
        Row("ifquery: an escaped #", "iface e\n a 1\\#2\n", "a 12"),
        Row("ifquery: an option without a value", "iface e\n a\n b  \n", "a \nb "),
        Row("ifquery: a line that starts with no letter", "iface e\n 1a 2\n _b 3\n c 4\n", "c 4"),
        Row("ifquery: auto goes on with the stanza", "iface f\n a 1\nauto e\n b 2\n", "b 2"),
        Row(
            "ifquery: what it inherits", "template t\n a 1\n b 2\niface e inherits t\n b 2\n c 3\n",
            "a 1\nb 2\nb 2\nc 3"),
        Row("ifquery: a word it does not know is an option", "iface e\nmapping x\n script y\n", "mapping x\nscript y"),
    ])
    func optionsThatNGReads(_ row: Row) {
        let tree = tree(row.text, for: .ifupdownNG)
        #expect(lines(tree, "e") == row.expected)
        #expect(tree.problems == [])
    }

    /// ifquery of both; the names of a directory come in any order.
    @Test(arguments: [InterfacesProgram.oldIfupdownNG, .ifupdownNG])
    func filesThatNGSources(_ program: InterfacesProgram) {
        let files = ["/d/b.cfg": "iface b\n", "/d/.h": "iface h\n", "/x": "iface x\n"]
        let read = tree("source /x\nsource-directory /d\nsource-directory /none\n", for: program, files)
        #expect(read.stanzas.map(\.interface) == ["x", "h", "b"])
        #expect(report(read) == ["3 warning: skipped the directory '/none': it does not exist"])
    }

    /// ifquery of each.
    @Test func patternsThatNGSources() {
        let text = "iface e\nsource /d/*\nsource /none/*\niface f\n"
        let old = tree(text, for: .oldIfupdownNG, ["/d/b": "iface b\n"])
        #expect(old.stanzas.map(\.interface) == ["e"])
        #expect(
            report(old) == [
                "2 error: this ifupdown-ng has no patterns, and there is no file '/d/*'; write"
                    + " 'source-directory /d'; ifup and ifdown refuse to do anything until you correct it"
            ])
        let new = tree(text, for: .ifupdownNG, ["/d/b": "iface b\n"])
        #expect(new.stanzas.map(\.interface) == ["e", "b", "f"])
        #expect(report(new) == [])
        #expect(
            report(tree("source /y\n", for: .oldIfupdownNG)) == [
                "1 error: there is no file '/y'; ifup and ifdown refuse to do anything until you correct it"
            ])
        #expect(
            report(tree("source /y\n", for: .ifupdownNG)) == [
                "1 warning: cannot read '/y'; ifupdown-ng continues without it"
            ])
    }

    @Test func whatNGLeavesOut() {
        let said = report(tree("auto lo e\nallow-hotplug f\niface e\n keep6 yes\n", for: .ifupdownNG))
        #expect(
            said == [
                "1 error: ifupdown-ng accepts one name after 'auto' and ignores 'e'; write a line for each",
                "2 warning: ifupdown-ng does not know 'allow-hotplug', and brings nothing up for it; write 'auto f'",
            ])
    }

    @Test(arguments: [InterfacesProgram.ifupdownNG, .ifupdown2])
    func severalAddresses(_ program: InterfacesProgram) {
        let text = """
            iface e inet static
                address 192.0.2.1/24
            iface e
                address 2001:db8::1/64
                address 2001:db8::2/64
                keep6 yes
                keep6-address 2001:db8::3/64
                keep6-address 2001:db8::4/64
                accept_ra 1
            """
        let read = tree(text, for: program)
        let advice =
            "8 warning: each 'ifreload' and 'ifup' of ifupdown2 removes the addresses of 'keep6-address' for a moment;"
            + " write 'address 2001:db8::3/64' and 'address 2001:db8::4/64' instead; it accepts several such lines"
        #expect(report(read) == (program == .ifupdown2 ? [advice] : []))
        let stanza = read.stanzas.last
        let stated = InterfaceName("e").flatMap { stanza?.wish(for: $0) }
        #expect(stated?.staticAddresses.map(\.description) == ["2001:db8::1/64", "2001:db8::2/64"])
        #expect(stated?.wish.addresses.map(\.description) == ["2001:db8::3/64", "2001:db8::4/64"])
        #expect(stanza?.ownAddresses.map(\.description) == ["2001:db8::1", "2001:db8::2"])
    }

    @Test func whatIsWrittenTwice() {
        let text = "iface e\n keep6 yes\n keep6 no\n keep6-wait 3\n keep6-wait 4\n"
        func wishes(_ program: InterfacesProgram) -> [WishOption] { tree(text, for: program).stanzas[0].wishOptions }
        #expect(wishes(.ifupdownNG).map(\.value) == ["no", "4"])
        #expect(wishes(.ifupdown2).map(\.value) == ["yes", "3"])
        #expect(
            report(tree(text, for: .ifupdown2)).contains { $0.hasPrefix("5 error: option 'keep6-wait 4': it occurs") })
    }

    /// "error: ...: iface e: unsupported address method 'auto'", and ifup ends with 1, with the link up.
    @Test func methodsThatIfupdown2Knows() {
        #expect(report(tree("iface e inet6 manual\n keep6 yes\niface lo\niface f inet dhcp\n", for: .ifupdown2)) == [])
        let said = report(tree("iface e inet6 auto\n keep6 yes\n", for: .ifupdown2))
        #expect(
            said == [
                "1 error: ifupdown2 has no method 'auto', so each ifup fails; write 'iface e inet6 manual', with"
                    + " which the kernel also accepts router advertisements"
            ])
    }

    @Test func whatNGPrefers() {
        #expect(report(tree("iface e\n keep6 yes\n gateway 192.0.2.1\n", for: .ifupdownNG)) == [])
        let said = report(tree("iface e\n keep6 yes\n gateway fe80::1\n", for: .ifupdownNG))
        #expect(said.count == 1 && said[0].contains("which the kernel prefers to the advertised one; remove the line"))
    }

    @Test func scriptsThatAreNotRun() {
        func said(_ program: InterfacesProgram, _ settings: String, _ more: String = "") -> [String] {
            let settings = InterfacesProgramSettings(of: program, settings)
            return report(tree("iface e\n keep6 yes\n\(more)", for: program), settings: settings)
        }
        #expect(said(.ifupdownNG, "") == [])
        let off = "allow_addon_scripts = 0\n"
        #expect(
            said(.ifupdownNG, off) == [
                "1 error: ifupdown-ng runs no scripts, so keep6 does not keep 'e'; remove the line, or"
                    + " write 'use keep6' into its stanza"
            ])
        #expect(said(.ifupdownNG, off, " use keep6\n") == [])
        #expect(said(.ifupdownNG, off, " keep6-wait 3\n") == [])
        #expect(
            said(.ifupdown2, "# nothing\naddon_scripts_support=0\n") == [
                "2 error: ifupdown2 runs no scripts, so keep6 does not keep 'e'; write"
                    + " 'addon_scripts_support=1'"
            ])
    }

    @Test(arguments: [(InterfacesProgram.ifupdownNG, "2001:db8::2/64"), (.ifupdown2, "2001:db8::1/64")])
    func linesThatAHookIsNotHanded(_ program: InterfacesProgram, _ address: String) throws {
        let text =
            "iface e\n keep6 yes\n keep6-address 2001:db8::1/64\n keep6-address 2001:db8::2/64\n keep6-wait 3\n"
        let stanza = try #require(tree(text, for: program).stanzas.first)
        let handed = [
            WishOption(name: "keep6", value: "yes"), WishOption(name: "keep6-address", value: address),
            WishOption(name: "keep6-wait", value: "3"), WishOption(name: "use", value: "keep6"),
        ]
        let whole = stanza.completed(handed)?.map(\.value)
        #expect(whole == ["yes", "2001:db8::1/64\n2001:db8::2/64", "3", "keep6"])
        #expect(stanza.completed([WishOption(name: "keep6-wait", value: "4")]) == nil)
        #expect(stanza.completed([WishOption(name: "keep6-proxy", value: "a")]) == nil)
    }
}
