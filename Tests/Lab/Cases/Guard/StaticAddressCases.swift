import Foundation
import Testing

/// ifup configures a static address once; the guard puts it back, whoever takes it away, until ifdown.
@Suite struct StaticAddressCases {
    private static let further = "2001:db8:1::20"

    private func plan(_ release: DebianRelease) -> HostPlan {
        HostPlan(release, interfaces: Uplink.eth0.stanza("keep6 yes", "keep6-address \(Self.further)/64"))
    }

    private func requireUsable(_ lab: Lab) throws {
        for address in [Uplink.eth0.address, Self.further] {
            try #require(try lab.provider.reaches(address, within: 10), "\(address)")
        }
    }

    @Test("Deleted, flushed, and gone with the interface or its IPv6", arguments: DebianRelease.allCases)
    func putBack(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(plan(release))
            try requireUsable(lab)
            try lab.requireRepair(after: "ip -6 addr del \(Uplink.eth0.address)/64 dev eth0", for: 2)
            let sentence = "the address \(Uplink.eth0.address)/64 was removed; keep6 put it back after"
            try eventually(sentence) { try host.succeed("journalctl -b --no-pager -u keep6@eth0").contains(sentence) }
            let settings = "/proc/sys/net/ipv6/conf/eth0"
            for line in [
                "ip -6 addr flush dev eth0 scope global", "ip link set eth0 down; ip link set eth0 up",
                "echo 1 >\(settings)/disable_ipv6; sleep 0.1; echo 0 >\(settings)/disable_ipv6",
                "ip link set eth0 mtu 1200; ip link set eth0 mtu 1500",
                "systemctl kill -s KILL keep6@eth0.service; ip -6 addr flush dev eth0 scope global",
            ] {
                try host.succeed(line)
                try requireUsable(lab)
                try #require(try host.acceptRA() == "2", "\(line)")
            }
            try lab.proveGuard()
        }
    }

    @Test("Left to ifup and ifdown, whatever was done to it before", arguments: DebianRelease.allCases)
    func leftToIfup(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(plan(release))
            let new = "\(Uplink.eth0.prefix)30"
            // Who takes it out of the file first means it.
            try host.succeed("cp /etc/network/interfaces /root/i; sed -i '/keep6-address/d' /etc/network/interfaces")
            for address in [Self.further, Uplink.eth0.address] {
                try host.succeed("ip -6 addr del \(address)/64 dev eth0")
            }
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 10))
            try #require(try !host.succeed("ip -6 -o addr show dev eth0").contains(Self.further))
            try host.succeed("mv /root/i /etc/network/interfaces")
            try host.succeed("ip addr flush dev eth0; systemctl restart networking")
            try requireUsable(lab)
            try host.succeed("ifdown eth0; sed -i s/\(Uplink.eth0.address)/\(new)/ /etc/network/interfaces; ifup eth0")
            try #require(try lab.provider.reaches(new, within: 10))
            try lab.proveGuard(at: new)
            try host.succeed("ip addr flush dev eth0; ifdown --force eth0")
            let left = try host.succeed("ip -6 -o addr show dev eth0 scope global")
            try #require(try left.isEmpty && !host.hasProcess(), "\(left)")
        }
    }
}
