// The ifupdown hook after the link is up: addresses, and duplicate address detection.
import Internet
import Linux
import Netlink
import TestSupport
import Testing

@Suite(
    "The ifupdown hook, once the link is up,",
    .needsRoot)
struct IfHookAddressTests {
    /// A host that looks for duplicates of new addresses.
    private func host() throws -> KeptHost {
        let host = try KeptHost()
        try host.host.sh("echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_dad")
        return host
    }

    private func addresses(of host: KeptHost) throws -> [String: Address] {
        let addresses = try host.routes.addresses(of: try host.link.index)
        return Dictionary(addresses.map { ($0.value.description, $0) }) { $1 }
    }

    @Test("returns when the stanza's address and further ones are usable")
    func usable() throws {
        let host = try host()
        try host.host.sh("ip address add 2001:db8:1::30/64 dev eth0")
        let hook = try host.hook(
            "post-up",
            [
                "IF_ADDRESS": "2001:db8:1::30", "IF_NETMASK": "64",
                "IF_KEEP6_ADDRESS": "2001:db8:1::20/64\n2001:db8:1::21/128",
            ])
        #expect(hook.code == 0)
        // Nothing but that systemd is not there to start the guard.
        #expect(hook.errors.count == 1)
        #expect(hook.errors.first?.contains("'systemctl start keep6@eth0.service'") == true)
        let addresses = try addresses(of: host)
        for address in ["2001:db8:1::30/64", "2001:db8:1::20/64", "2001:db8:1::21/128"] {
            #expect(addresses[address]?.isUsable == true, "\(address)")
        }
        let again = try host.hook("post-up", ["IF_KEEP6_ADDRESS": "2001:db8:1::20/64\n2001:db8:1::21/128"])
        #expect(again.code == 0 && again.errors.count == 1)
    }

    @Test("fails with a clear sentence when another host has the stanza's address")
    func ownDuplicate() throws {
        let host = try host()
        try host.router.sh("ip address add 2001:db8:1::30/64 dev up0 nodad")
        try host.host.sh("ip address add 2001:db8:1::30/64 dev eth0")
        let hook = try host.hook("post-up", ["IF_ADDRESS": "2001:db8:1::30", "IF_NETMASK": "64"])
        #expect(hook.code == 1)
        #expect(
            hook.errors.first?.hasPrefix(
                "keep6: 'eth0': the address 2001:db8:1::30 is in use by another host on the link") == true)
        // ifupdown put it there, so it is not for keep6 to remove.
        #expect(try addresses(of: host)["2001:db8:1::30/64"]?.isDuplicate == true)
    }

    @Test("takes back a keep6-address that another host has, and leaves the others")
    func furtherDuplicate() throws {
        let host = try host()
        try host.router.sh("ip address add 2001:db8:1::20/64 dev up0 nodad")
        let hook = try host.hook("post-up", ["IF_KEEP6_ADDRESS": "2001:db8:1::20/64 2001:db8:1::21/64"])
        #expect(hook.code == 1)
        #expect(
            hook.errors.first?.hasPrefix(
                "keep6: 'eth0': the address 2001:db8:1::20 is in use by another host on the link") == true)
        let addresses = try addresses(of: host)
        #expect(addresses["2001:db8:1::20/64"] == nil)
        #expect(addresses["2001:db8:1::21/64"]?.isUsable == true)
    }

    @Test("does not wait without carrier, and says why")
    func noCarrier() throws {
        let host = try host()
        let ears = try host.listen()
        try host.router.sh("ip link set up0 down")
        let deadline = Instant.now.advanced(by: .seconds(10))
        while try host.link.hasCarrier {
            while try ears.receive() != nil {}
            guard try host.link.hasCarrier else { break }
            #expect(try poll(ears.descriptor, before: deadline, for: "the loss of carrier"))
        }
        let start = Instant.now
        let hook = try host.hook("post-up", ["IF_KEEP6_ADDRESS": "2001:db8:1::20/64"])
        #expect(start.duration(to: .now) < .seconds(5))
        #expect(hook.code == 0)
        #expect(hook.errors.first?.hasPrefix("keep6: 'eth0': it has no carrier, so duplicate address") == true)
        #expect(try addresses(of: host)["2001:db8:1::20/64"]?.isTentative == true)
    }

    @Test("says that the stanza's address is missing, and that the interface is")
    func missing() throws {
        let host = try host()
        let address = try host.hook("post-up", ["IF_ADDRESS": "2001:db8:1::30", "IF_NETMASK": "64"])
        #expect(address.code == 0)
        #expect(address.errors.first?.contains("the stanza's address 2001:db8:1::30 is not on the interface") == true)
        try host.host.sh("ip link delete eth0")
        let interface = try host.hook("post-up", ["IF_KEEP6_ADDRESS": "2001:db8:1::20/64"])
        #expect(interface.code == 0)
        #expect(interface.errors.first?.contains("'eth0': there is no such interface") == true)
    }
}
