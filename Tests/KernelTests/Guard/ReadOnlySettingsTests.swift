// A host whose /proc/sys cannot be written, as in a container.
import Internet
import Linux
import Netlink
import TestSupport
import Testing

@Suite(
    "Where /proc/sys is read-only", .needsRoot)
struct ReadOnlySettingsTests {
    private func host() throws -> KeptHost {
        try KeptHost("mount --bind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys")
    }

    @Test("the hook says so in one sentence, and lets ifup go on")
    func hook() throws {
        let host = try host()
        let hook = try host.hook("pre-up")
        #expect(hook.code == 0)
        #expect(hook.errors.count == 1)
        let sentence = "keep6: 'eth0': open /proc/sys/net/ipv6/conf/eth0/accept_ra: Read-only file system; "
        #expect(hook.errors.first?.hasPrefix(sentence) == true)
        #expect(try host.text("eth0.wish").hasSuffix("uplink eth0\nend\n"))
        #expect(try host.acceptRA() == 1)
    }

    @Test("the guard says so once, and puts back what the kernel drops")
    func guarding() throws {
        let host = try host()
        #expect(try host.hook("pre-up").code == 0)
        try host.advertise()
        let keeper = try host.startGuard()
        try host.waitForLearntRoute()
        try host.setForwarding(1)
        try keeper.errors.line(with: "forwarding was turned on; put back via fe80::ff:fe00:1 after ")
        try host.host.sh("ip -6 route del default")
        try keeper.errors.line(with: "lost, deleted by ", "put back via fe80::ff:fe00:1 after ")
        #expect(try host.isOnline())
        #expect(try keeper.end() == 0)
        #expect(keeper.errors.lines.filter { $0.contains("Read-only file system") }.count == 1)
    }
}
