import Foundation
import Testing

/// Somebody who has never seen keep6 does what the README says, on a machine that never ran it.
@Suite struct NewcomerCases {
    @Test("A new machine builds keep6 and shows the demo", arguments: DebianRelease.allCases)
    func demo(_ release: DebianRelease) async {
        await onOwnThread {
            do {
                let line = try #require(try Readme().blocks(of: "Build, try, test").first?.first)
                let machine = try NewMachine(release)
                defer { machine.discard() }
                let shown = try machine.type(line, within: 1800)
                try #require(shown.succeeded, "\(shown.story)")
                // What it is for: the host without keep6 loses hundreds of echoes, the one with it next to none.
                let lines = shown.standardOutput.split(separator: "\n")
                let deleted = lines.first { $0.hasPrefix("the default route is deleted") }
                let figures = deleted?.split(separator: " ").suffix(2).compactMap { Int($0) } ?? []
                try #require(figures.count == 2 && figures[0] > 400 && figures[1] < 40, "\(shown.story)")
            } catch  where !(error is ExpectationFailedError) {
                Issue.record("\(error)")
            } catch {
                // The expectation has said itself what it expected.
            }
        }
    }

    @Test("A new host has a kept uplink after the README's two commands", arguments: DebianRelease.allCases)
    func install(_ release: DebianRelease) async {
        await lab { lab in
            let readme = try Readme()
            let blocks = try readme.blocks(of: "Install")
            let (commands, stanza) = (blocks[0], blocks[1])
            try #require(commands.count == 2)
            let option = "    keep6 yes"
            try #require(stanza.last == option)
            var plan = HostPlan(release, interfaces: "auto eth0\n" + stanza.dropLast().joined(separator: "\n") + "\n")
            (plan.purpose, plan.hasPackage, plan.libvirtNetwork) = (.newcomer, false, .absent)
            let host = try lab.bootOnline(plan)
            // The command is written for the newest Debian, and the table says what the file is called on the others.
            let file = try readme.packageFile(for: release, in: "Install")
            let newest = try readme.packageFile(for: .trixie, in: "Install")
            try #require(commands[0].contains(newest))
            try host.copy(DebianPackage.built(for: release).path, to: "/root/\(file)")
            try host.succeed("cd /root && \(commands[0].replacingOccurrences(of: newest, with: file))")
            try host.succeed("echo '\(option)' >>/etc/network/interfaces")
            try host.succeed(commands[1])
            try host.waitForLearntRoute()
            try #require(try host.status().hasPrefix("eth0: well\n"))
            try lab.proveGuard()
        }
    }
}
