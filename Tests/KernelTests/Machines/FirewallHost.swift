// A host with rules of its own and of others, on one of the back ends of ip6tables.
import Firewall
import Foundation
import Internet
import Linux
import TestSupport
import Testing

/// A kept host whose `/var/lib` is its own, and so is what it changes in `/etc`.
struct FirewallHost {
    let kept: KeptHost

    /// libvirt's chains as it makes them, and fail2ban's.
    static let others = """
        *filter
        :LIBVIRT_FWI - [0:0]
        :LIBVIRT_FWO - [0:0]
        :LIBVIRT_FWX - [0:0]
        :LIBVIRT_INP - [0:0]
        :LIBVIRT_OUT - [0:0]
        :f2b-sshd - [0:0]
        -I INPUT -j LIBVIRT_INP
        -I FORWARD -j LIBVIRT_FWX
        -I FORWARD -j LIBVIRT_FWI
        -I FORWARD -j LIBVIRT_FWO
        -I OUTPUT -j LIBVIRT_OUT
        -I INPUT -p tcp -m multiport --dports 22 -j f2b-sshd
        -A f2b-sshd -j RETURN
        -A LIBVIRT_INP -p ipv6-icmp -m icmp6 --icmpv6-type 129 -j ACCEPT
        -A LIBVIRT_OUT -p ipv6-icmp -m icmp6 --icmpv6-type 128 -j ACCEPT
        COMMIT
        *nat
        :LIBVIRT_PRT - [0:0]
        -I POSTROUTING -j LIBVIRT_PRT
        -A LIBVIRT_PRT -s fd00:6::/64 ! -d fd00:6::/64 -j MASQUERADE
        COMMIT
        """

    /// An administrator's rules in four tables.
    static let own = """
        *filter
        :own - [0:0]
        -A INPUT -i lo -j ACCEPT
        -A INPUT -s fd00::1 -j own
        -A INPUT -s fd00::2 -j DROP
        -A FORWARD -s fd00::3 -m comment --comment "a \\"b\\" -j LIBVIRT_FWI" -j DROP
        -A own -j DROP
        COMMIT
        *mangle
        -A FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
        COMMIT
        *nat
        -A POSTROUTING -s fd00:7::/64 -j ACCEPT
        COMMIT
        *raw
        -A PREROUTING -s fd00::4 -j NOTRACK
        COMMIT
        """

    init(_ backend: Ip6tablesBackend, _ preparation: String = "") throws {
        kept = try KeptHost(
            """
            mount -t tmpfs -o mode=755 tmpfs /var/lib; mkdir /run/etc /run/work
            mount -t overlay -o lowerdir=/etc,upperdir=/run/etc,workdir=/run/work overlay /etc
            for program in ip6tables ip6tables-save ip6tables-restore; do
                ln -sfn "/usr/sbin/ip6tables-\(backend.rawValue)${program#ip6tables}" "/etc/alternatives/$program"
            done
            \(preparation)
            """)
    }

    /// Runs `keep6 firewall`.
    func firewall(_ arguments: String...) throws -> KeptHost.Outcome {
        try kept.run("keep6", ["firewall"] + arguments)
    }

    /// Runs a shell command on the host; throws unless it succeeds.
    func sh(_ command: String) throws {
        let outcome = try kept.run(
            "/bin/sh", ["-ec", command], environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"])
        guard outcome.code == 0 else { throw FixtureError("\(command): \(outcome.errors)") }
    }

    /// Has ip6tables-restore add such rules, as their owner would.
    func add(_ rules: String) throws { try sh("ip6tables-restore --noflush <<'END'\n\(rules)\nEND\n") }

    /// Takes all rules and chains away, others' as well, as a reboot does.
    func flush() throws {
        for table in ["filter", "mangle", "nat", "raw"] {
            try sh("ip6tables -t \(table) -F; ip6tables -t \(table) -X")
        }
    }

    /// What ip6tables-save writes, without comments and the counters of policies.
    func rules(counters: Bool = false) throws -> [String] {
        let outcome = try kept.run("/usr/sbin/ip6tables-save", counters ? ["-c"] : [])
        return outcome.output.filter { !$0.hasPrefix("#") }.map { line in
            line.hasPrefix(":") ? String(line.prefix { $0 != "[" }) : line
        }
    }

    /// The packets that a rule has counted.
    func packets(_ rule: String) throws -> Int? {
        let line = try rules(counters: true).first { $0.hasSuffix("] \(rule)") }
        return line.flatMap { Int($0.dropFirst().prefix { $0 != ":" }) }
    }

    /// Writes a version into the store, as keep6 does.
    func store(_ text: String, as number: Int) throws {
        let saved = SavedRuleset(try Ruleset(parsing: Array(text.utf8)), time: 0, cause: "a test")
        try Data(saved.text).write(to: URL(filePath: "\(store)/\(number).rules"))
    }

    /// The store's directory, as this process can open it.
    var store: String { kept.file("/var/lib/keep6/ip6tables") }

    var versions: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: store)) ?? []
        return names.filter { $0.hasSuffix(".rules") }.sorted()
    }
}
