// The shipped executable under its names, with what an environment or a system can do wrong, in namespaces of its own.
import Foundation
import Testing

/// What a program printed and how it ended.
private struct Ended {
    let status: Int32
    let errors: String
}

/// The executable beside the test runner, in a private /run, in a network namespace of its own.
private final class Installed {
    private let namespace: NetworkNamespace
    private let directory: URL

    init() throws {
        namespace = try NetworkNamespace()
        try namespace.sh("ip link add eth0 type veth peer name up0")
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("keep6-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let runner = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let program = runner.deletingLastPathComponent().appendingPathComponent("keep6")
        for name in ["keep6", "keep6-guard", "if-hook", "libvirt-hook"] {
            try FileManager.default.createSymbolicLink(
                at: directory.appendingPathComponent(name), withDestinationURL: program)
        }
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// Runs a shell line with `$bin` before the names of the programs, /run empty and `prepare` done.
    func run(_ line: String) throws -> Ended {
        let errors = directory.appendingPathComponent("errors-\(UUID().uuidString)")
        let status = try Child.run(
            "/usr/sbin/ip",
            [
                "netns", "exec", namespace.name, "unshare", "--mount", "sh", "-c",
                "exec 2>'\(errors.path)'; mount -t tmpfs -o mode=755 tmpfs /run; bin='\(directory.path)'; \(line)",
            ])
        return Ended(status: status, errors: try String(contentsOf: errors, encoding: .utf8))
    }

    /// Runs the ifupdown hook for a phase, with further variables, after the shell line `before`.
    func hook(_ phase: String, _ variables: String, before: String = ":", after: String = ":") throws -> Ended {
        try run(
            "\(before); env -i ADDRFAM=inet6 METHOD=static PHASE=\(phase) \(variables) $bin/if-hook; s=$?;"
                + " \(after); exit $s")
    }
}

@Suite(.enabled(if: NetworkNamespace.canBeMade, "needs root, for network namespaces"))
struct ExecutableTests {
    static let refusedNames = ["../x", "a/b", "eth0:1", "eth%d", "0123456789abcdef", "", "..", "a b"]

    @Test(arguments: refusedNames)
    func aNameThatIsNoneIsRefusedInASentence(name: String) throws {
        let ended = try Installed().hook("pre-up", "IFACE='" + name + "' IF_KEEP6=yes", after: "test ! -e /run/keep6")
        #expect(ended.status == 1)
        #expect(ended.errors.contains("refuses the interface name '" + name + "'"))
        #expect(ended.errors.split(separator: "\n").count == 1)
    }

    @Test func withoutAnInterfaceOrAPhaseItSaysWhoMustCall() throws {
        let installed = try Installed()
        #expect(try installed.hook("pre-up", "IF_KEEP6=yes").errors.contains("without IFACE"))
        #expect(try installed.hook("sideways", "IFACE=eth0 IF_KEEP6=yes").errors.contains("PHASE"))
    }

    @Test func aWrongOptionIsNamedAndTheRestHolds() throws {
        let ended = try Installed().hook(
            "pre-up", "IFACE=eth0 IF_KEEP6=yes IF_KEEP6_WAIT=soon IF_KEEP6_COLOUR=red IF_KEEP6_FIREWALL=yes",
            after: "cat /run/keep6/eth0.wish /proc/sys/net/ipv6/conf/eth0/accept_ra >&2")
        #expect(ended.status == 0)
        #expect(ended.errors.contains("'eth0': option 'keep6-wait soon': it must be"))
        #expect(ended.errors.contains("'eth0': option 'keep6-colour red': keep6 knows no such option"))
        #expect(ended.errors.contains("'eth0': option 'keep6-firewall yes': this version"))
        #expect(ended.errors.hasSuffix("uplink eth0\nfound-accept-ra 1\nend\n2\n"))
    }

    @Test func twiceIsAsOnce() throws {
        let ended = try Installed().hook(
            "pre-up", "IFACE=eth0 IF_KEEP6=yes",
            before:
                "env -i IFACE=eth0 ADDRFAM=inet6 PHASE=pre-up IF_KEEP6=yes $bin/if-hook; a=$(stat -c %i /run/keep6/*)",
            after: "test \"$a\" = \"$(stat -c %i /run/keep6/*)\" || echo rewritten >&2")
        #expect(ended.status == 0)
        #expect(ended.errors == "")
    }

    @Test func downPutsBackWhatWasFound() throws {
        let ended = try Installed().hook(
            "pre-down", "IFACE=eth0",
            before: "env -i IFACE=eth0 ADDRFAM=inet6 PHASE=pre-up IF_KEEP6=yes $bin/if-hook",
            after: "cat /proc/sys/net/ipv6/conf/eth0/accept_ra >&2; ls /run/keep6 >&2")
        #expect(ended.status == 0)
        #expect(ended.errors.hasSuffix("\n1\n"))
    }

    @Test func anInetStanzaIsToldWhereTheOptionBelongs() throws {
        let ended = try Installed().run(
            "env -i IFACE=eth0 ADDRFAM=inet PHASE=pre-up IF_KEEP6=yes $bin/if-hook; test ! -e /run/keep6")
        #expect(ended.status == 0)
        #expect(ended.errors.contains("inet6 stanza"))
    }

    @Test func withoutRootItSaysSo() throws {
        let installed = try Installed()
        let hook = try installed.run(
            "chmod 755 $bin; setpriv --reuid=65534 --clear-groups env -i IFACE=eth0 ADDRFAM=inet6 PHASE=pre-up"
                + " IF_KEEP6=yes $bin/if-hook")
        #expect(hook.status == 0)
        #expect(hook.errors.contains("Permission denied"))
        let watch = try installed.run(
            "chmod 755 $bin; timeout 10 setpriv --reuid=65534 --clear-groups $bin/keep6-guard eth0")
        #expect(watch.status == 1)
        #expect(watch.errors.contains("Permission denied; the guard cannot run"))
    }

    @Test func aReadOnlyProcIsSaidAndNotFatal() throws {
        let ended = try Installed().hook(
            "pre-up", "IFACE=eth0 IF_KEEP6=yes",
            before: "mount --bind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys")
        #expect(ended.status == 0)
        #expect(ended.errors.contains("Read-only file system"))
    }

    @Test func aSecondGuardGivesWay() throws {
        let ended = try Installed().run(
            "mkdir /run/keep6; exec 9>/run/keep6/eth0.lock; flock 9; $bin/keep6-guard eth0")
        #expect(ended.status == 78)
        #expect(ended.errors.contains("another guard watches it already"))
    }

    static let tornWishes = ["", "keep6-wish 1\\nuplink eth0\\n", "garbage", "keep6-wish 1\\nuplink eth1\\nend\\n"]

    @Test(arguments: tornWishes)
    func aTornWishIsSaidAndWrittenAnew(text: String) throws {
        let ended = try Installed().hook(
            "pre-up", "IFACE=eth0 IF_KEEP6=yes",
            before: "mkdir /run/keep6; printf '" + text + "' >/run/keep6/eth0.wish",
            after: "tail -n 1 /run/keep6/eth0.wish >&2")
        #expect(ended.status == 0)
        #expect(ended.errors.contains("it is ignored and will be written anew"))
        #expect(ended.errors.hasSuffix("\nend\n"))
    }

    static let hostileWishes = ["ln -s /etc/passwd", "mkfifo", "mkdir", "truncate -s 1M"]

    @Test(arguments: hostileWishes)
    func aWishThatIsNoFileOfOursIsNotFollowed(maker: String) throws {
        let ended = try Installed().hook(
            "pre-up", "IFACE=eth0 IF_KEEP6=yes", before: "mkdir /run/keep6; " + maker + " /run/keep6/eth0.wish")
        #expect(ended.status == 0)
        #expect(ended.errors.contains("'eth0': "))
        #expect(ended.errors.contains("ignored"))
    }

    @Test func theLibvirtHookNeverFails() throws {
        let ended = try Installed().run(
            "mkdir /run/keep6; echo torn >/run/keep6/eth0.wish; $bin/libvirt-hook lan start begin - || exit 3;"
                + " cat /proc/sys/net/ipv6/conf/eth0/accept_ra >&2; rm -r /run/keep6; $bin/libvirt-hook lan start begin -"
        )
        #expect(ended.status == 0)
        #expect(ended.errors.hasSuffix("\n2\n"))
    }

    @Test func aCommandThatIsMisusedSaysHowItIsUsed() throws {
        let installed = try Installed()
        #expect(try installed.run("$bin/keep6 dance").status == 64)
        #expect(try installed.run("$bin/keep6 status").status == 2)
        #expect(try installed.run("$bin/keep6 version").status == 0)
    }
}
