// The saved versions of the firewall, when files are bad, the disk is full, or a save is killed.
import Foundation
import Internet
import Linux
import TestSupport
import Testing

/// What the newest version is instead of what it should be: a shell command that makes it, at `$1`.
private struct BadVersion {
    let name: String
    let command: String
    let reason: String

    static let all = [
        BadVersion(name: "empty", command: ": >\"$1\"", reason: "it is empty"),
        BadVersion(name: "torn", command: "head -c 300 2.rules >\"$1\"", reason: "it is truncated: its end is missing"),
        BadVersion(name: "changed", command: "sed s/DROP/ACCEPT/ 2.rules >\"$1\"", reason: "its checksum differs"),
        BadVersion(
            name: "another program's", command: "ip6tables-save >\"$1\"", reason: "not a ruleset that keep6 saved"),
        BadVersion(name: "garbage", command: "head -c 3000 /dev/urandom >\"$1\"", reason: "not a ruleset that"),
        BadVersion(name: "huge", command: "truncate -s 40M \"$1\"", reason: "File too large"),
        BadVersion(
            name: "a link to a good one", command: "ln -s 1.rules \"$1\"", reason: "Too many levels of symbolic"),
        BadVersion(name: "a FIFO", command: "mkfifo \"$1\"", reason: "which is not a file of ours"),
        BadVersion(name: "a directory", command: "mkdir \"$1\"", reason: "which is not a file of ours"),
        BadVersion(
            name: "of another user", command: "cp 2.rules \"$1\"; chown 65534 \"$1\"",
            reason: "which is not a file of ours"),
    ]
}

@Suite("The saved firewall", .needsRoot)
struct RulesetStoreTests {
    private static let path = "/var/lib/keep6/ip6tables"

    /// A host with two versions, of 8 and of 9 rules.
    private func hostWithVersions() throws -> FirewallHost {
        let host = try FirewallHost(.nft)
        try host.add(FirewallHost.own)
        #expect(try host.firewall("save").code == 0)
        try host.sh("ip6tables -A INPUT -s fd00::9 -j DROP")
        #expect(try host.firewall("save").code == 0)
        return host
    }

    @Test("is the last good one when the newest file is bad, which is said in one sentence")
    func badFiles() throws {
        let host = try hostWithVersions()
        for bad in BadVersion.all {
            try host.sh("cd \(RulesetStoreTests.path); set -- 7.rules; rm -rf \"$1\"; \(bad.command)")
            try host.sh("ip6tables -D INPUT -s fd00::9 -j DROP")
            let restored = try host.firewall("restore")
            #expect(restored.code == 1 && restored.errors.count == 1, "\(bad.name): \(restored.errors)")
            #expect(restored.errors.first?.contains("version 7 (") == true, "\(bad.name)")
            #expect(restored.errors.first?.contains(bad.reason) == true, "\(bad.name): \(restored.errors)")
            #expect(restored.output.first == "keep6: version 2 is restored, 9 rules.", "\(bad.name)")
            #expect(try host.rules().contains("-A INPUT -s fd00::9/128 -j DROP"), "\(bad.name)")
            #expect(try host.firewall("history").code == 1, "\(bad.name)")
        }
        try host.sh("ip6tables -A INPUT -s fd00::10 -j DROP")
        #expect(try host.firewall("save").output == ["keep6: version 8 is saved, 10 rules."])
        #expect(try host.firewall("history").output.count == 3)
    }

    @Test("is refused when its directory is a link or belongs to another user")
    func badDirectory() throws {
        let host = try hostWithVersions()
        try host.sh("cd /var/lib/keep6; mv ip6tables other; ln -s other ip6tables")
        for command in ["save", "restore", "diff", "history"] {
            let outcome = try host.firewall(command)
            #expect(outcome.code == 2 && outcome.errors.count == 1, "\(command): \(outcome)")
        }
        try host.sh("cd /var/lib/keep6; rm ip6tables; mv other ip6tables; chown 65534 ip6tables")
        for command in ["save", "restore", "diff", "history"] {
            let outcome = try host.firewall(command)
            #expect(
                outcome.errors.first?.contains("which is not a directory of ours") == true, "\(command): \(outcome)")
        }
    }

    @Test("is what it was when the disk is full, and so are the rules")
    func fullDisk() throws {
        let host = try FirewallHost(.nft)
        try host.sh("mount -t tmpfs -o size=64k,mode=755 tmpfs /var/lib")
        try host.add(FirewallHost.own)
        #expect(try host.firewall("save").code == 0)
        try host.sh("cat /dev/zero >/var/lib/fill || true; ip6tables -A INPUT -s fd00::9 -j DROP")
        let outcome = try host.firewall("save")
        #expect(outcome.code == 2 && outcome.errors.count == 1)
        #expect(outcome.errors.first?.contains("No space left on device") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: host.store).sorted() == ["1.rules", "lock"])
        #expect(try host.firewall("restore").output.first == "keep6: version 1 is restored, 8 rules.")
    }

    /// What a save does, by system call; arm64 lacks some, and has others for them.
    private static let calls = [
        "openat", "read", "write", "fsync", "close", "lseek", "fcntl", "newfstatat", "getdents64", "memfd_create",
        "pipe2",
        "poll", "ppoll", "wait4", "rename", "renameat", "unlink", "unlinkat", "mkdir", "mkdirat",
    ]

    @Test("is the old one or the new one, wherever a save is killed", .enabled(if: hasStrace, "needs strace"))
    func killed() throws {
        let host = try hostWithVersions()
        try host.sh("ip6tables -A INPUT -s fd00::10 -j DROP; cp -a \(RulesetStoreTests.path) /run/good")
        var killed = 0
        for call in RulesetStoreTests.calls {
            for number in 1...200 {
                try host.sh("rm -rf \(RulesetStoreTests.path); cp -a /run/good \(RulesetStoreTests.path)")
                let save = try save(host, injecting: "\(call):signal=KILL:when=\(number)")
                guard save.code == 137 else {
                    #expect(save.code == 0, "\(call) \(number): \(save)")
                    break
                }
                killed += 1
                let restored = try host.firewall("restore", "--dry-run")
                #expect(restored.code == 0 && restored.errors == [], "\(call) \(number): \(restored)")
                let words = restored.output.first ?? ""
                let isWhole =
                    words.hasPrefix("keep6: version 2 would be restored, 9 rules")
                    || words.hasPrefix("keep6: version 3 would be restored, 10 rules")
                #expect(isWhole, "\(call) \(number): \(words)")
                #expect(try host.firewall("save").code == 0, "\(call) \(number)")
            }
        }
        #expect(killed > 60)
    }

    @Test("is the old one when a system call of a save fails", .enabled(if: hasStrace, "needs strace"))
    func failing() throws {
        let host = try hostWithVersions()
        try host.sh("ip6tables -A INPUT -s fd00::10 -j DROP")
        for failure in [
            "write:error=ENOSPC:when=1+", "fsync:error=EIO", "rename:error=EROFS", "memfd_create:error=EMFILE",
        ] {
            let outcome = try save(host, injecting: failure)
            #expect(outcome.code == 2 && outcome.output == [], "\(failure): \(outcome)")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: host.store).sorted() == [
                    "1.rules", "2.rules", "lock",
                ], "\(failure)")
        }
        #expect(try host.firewall("save").output == ["keep6: version 3 is saved, 10 rules."])
    }

    private static let hasStrace = FileManager.default.isExecutableFile(atPath: "/usr/bin/strace")

    /// A save of which strace(1) changes a system call; what it starts is left alone.
    private func save(_ host: FirewallHost, injecting change: String) throws -> KeptHost.Outcome {
        let call = change.prefix { $0 != ":" }
        return try host.kept.run(
            "/usr/bin/strace",
            [
                "-qq", "-o", "/dev/null", "-e", "trace=?\(call)", "-e", "inject=?\(change)",
                "\(host.kept.programs)/keep6", "firewall", "save",
            ])
    }
}

@Suite("What keep6 is told of others", .needsRoot)
struct FirewallOthersTests {
    @Test("are the chains in /etc/keep6/foreign-chains as well")
    func foreignChains() throws {
        let host = try FirewallHost(.nft)
        try host.add(
            "*filter\n:vpn-in - [0:0]\n:DOCKER-FORWARD - [0:0]\n-A INPUT -j vpn-in\n-A DOCKER-FORWARD -j DROP\nCOMMIT")
        #expect(try host.firewall("save").output == ["keep6: version 1 is saved, 1 rule."])
        try host.sh("mkdir -p /etc/keep6; printf 'vpn-*\\n!DOCKER-FORWARD\\na b\\n' >/etc/keep6/foreign-chains")
        let outcome = try host.firewall("save")
        #expect(outcome.errors.first?.contains("/etc/keep6/foreign-chains:3: write one pattern per line") == true)
        #expect(outcome.output == ["keep6: version 2 is saved, 1 rule."])
        let text = try String(contentsOfFile: "\(host.store)/2.rules", encoding: .utf8)
        #expect(text.contains("-A DOCKER-FORWARD -j DROP") && !text.contains("vpn-in"))
    }

    @Test("are the programs that keep6 check warns of, once there are rules to fight over")
    func rivals() throws {
        let host = try FirewallHost(.nft)
        try host.sh(
            """
            mkdir -p /etc/network /etc/ufw /etc/systemd/system/multi-user.target.wants; : >/etc/network/interfaces
            cd /etc/systemd/system/multi-user.target.wants
            for unit in netfilter-persistent firewalld ufw; do ln -sf /dev/null "$unit.service"; done
            """)
        func warned() throws -> [String] {
            try host.kept.run("keep6", ["check"]).output.filter {
                $0.contains(" is enabled, and keep6 has saved rules")
            }
        }
        #expect(try warned() == [])
        try host.add(FirewallHost.own)
        #expect(try host.firewall("save").code == 0)
        #expect(try warned().count == 2)
        #expect(
            try warned().first?.hasPrefix(
                "/etc/systemd/system/multi-user.target.wants/netfilter-persistent.service: warning: ") == true)
        try host.sh("printf 'ENABLED=yes\\n' >/etc/ufw/ufw.conf")
        #expect(try warned().count == 3)
    }

    @Test("are programs that handle the router advertisements of a kept uplink as well")
    func managers() throws {
        let host = try FirewallHost(.nft)
        try host.sh("mkdir -p /etc/network /etc/systemd/system/a.wants; : >/etc/network/interfaces")
        try host.sh("ln -sf /dev/null /etc/systemd/system/a.wants/dhcpcd.service; echo noipv6 >/etc/dhcpcd.conf")
        #expect(try host.kept.hook("pre-up").code == 0)
        let index = try host.kept.link.index.rawValue
        try host.sh(
            "mkdir -p /run/NetworkManager/devices; printf '[device]\\nmanaged=false\\n' >/run/NetworkManager/devices/\(index)"
        )
        #expect(try host.kept.run("keep6", ["check"]).code == 0)
        try host.sh("printf '[device]\\nmanaged=true\\n' >/run/NetworkManager/devices/\(index); : >/etc/dhcpcd.conf")
        let outcome = try host.kept.run("keep6", ["check"])
        #expect(outcome.code == 1 && outcome.output.count == 2)
        #expect(outcome.output.first?.contains("NetworkManager manages 'eth0' too") == true)
        #expect(outcome.output.last?.contains("write 'denyinterfaces eth0' into /etc/dhcpcd.conf") == true)
    }

    @Test("are rules in the back end that ip6tables does not use", arguments: Ip6tablesBackend.allCases)
    func otherBackend(_ backend: Ip6tablesBackend) throws {
        let host = try FirewallHost(backend)
        let other = backend == .nft ? "legacy" : "nft"
        try host.sh("mkdir -p /etc/network; : >/etc/network/interfaces")
        try host.add(FirewallHost.own)
        #expect(try host.firewall("save").code == 0)
        #expect(try host.kept.run("keep6", ["check"]).code == 0)
        try host.sh("ip6tables-\(other) -N f2b-sshd; ip6tables-\(other) -A f2b-sshd -j RETURN")
        #expect(try host.kept.run("keep6", ["check"]).code == 0)
        try host.sh("ip6tables-\(other) -A INPUT -s fd00::77 -j DROP")
        let outcome = try host.kept.run("keep6", ["check"])
        #expect(outcome.code == 1 && outcome.output.count == 1)
        #expect(
            outcome.output.first?.contains("does not use the back end '\(other)', but that has 1 rule")
                == true)
    }

    @Test(
        "are rules that ip6tables cannot show, which are not saved as if they were none",
        .enabled(if: hasNft, "needs nft"))
    func incompatible() throws {
        let host = try FirewallHost(.nft)
        try host.add(FirewallHost.own)
        #expect(try host.firewall("save").code == 0)
        try host.sh("nft add rule ip6 filter INPUT ct state vmap '{ established : accept, invalid : drop }'")
        let outcome = try host.firewall("save")
        #expect(outcome.code == 2 && outcome.output == [])
        #expect(outcome.errors.first?.contains("ip6tables cannot show a table (\"Table `filter' is") == true)
        #expect(host.versions == ["1.rules"])
    }

    private static let hasNft = FileManager.default.isExecutableFile(atPath: "/usr/sbin/nft")
}
