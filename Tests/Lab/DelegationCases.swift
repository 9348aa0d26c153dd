import Foundation
import Testing

/// A prefix that the provider delegates, asked for by dhcpcd on ifupdown's hosts and by networkd itself on its own.
@Suite struct DelegationCases {
    static let duid = "00:03:00:01:aa:bb:cc:dd:ee:ff"
    static let prefix = "2001:db8:100::/56"

    /// As providers print it: with its length, in upper case, without colons.
    static func stanza(_ duid: String = "000A00030001AABBCCDDEEFF", bringUp: String? = "auto") -> String {
        Uplink.eth0.stanza("keep6 yes", "keep6-delegation \(duid)", bringUp: bringUp)
    }

    @Test("The prefix arrives, and nothing else changes", arguments: DebianRelease.allCases)
    func arrives(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.switchOn(HostPlan(release, interfaces: Self.stanza()))
            let server = try DelegationServer(at: lab.provider)
            try server.start([Self.duid: Self.prefix])
            try lab.provider.startRouter()
            try host.waitForBoot()
            let before = try host.succeed("cat /etc/resolv.conf /etc/hostname 2>&1; hostname")
            try host.waitForDelegation(Self.prefix)
            try host.waitForLearntRoute()
            try #require(try host.acceptRA() == "2")
            let link = try host.succeed("ip -d link show eth0")
            try #require(link.contains("addrgenmode eui64"), "\(link)")
            try #require(try host.succeed("cat /etc/resolv.conf /etc/hostname 2>&1; hostname") == before)
            let solicit = try #require(server.packets.split(separator: "\n").first { $0.contains("dhcp6 solicit") })
            try #require(solicit.contains("(client-ID hwaddr type 1 aabbccddeeff)"), "\(solicit)")
            try #require(solicit.contains("(IA_PD IAID:16 T1:0 T2:0 (IA_PD-prefix ::/56"), "\(solicit)")
            try #require(try host.status().contains("delegated       2001:db8:100::/56, 3"))
            try host.succeed("keep6 check")
            try lab.proveGuard()
        }
    }
}

extension Host {
    /// The kernel's route of a delegated prefix, as ip(8) shows it.
    func unreachable(_ prefix: String) throws -> String? {
        let routes = try succeed("ip -6 route show type unreachable proto dhcp")
        return routes.split(separator: "\n").first { $0.hasPrefix("unreachable \(prefix) ") }.map(String.init)
    }

    func waitForDelegation(_ prefix: String, within seconds: Double = 30) throws {
        try eventually("'\(prefix)' is delegated", within: seconds) { try unreachable(prefix) != nil }
    }

    func status() throws -> String { try run("keep6 status eth0").standardOutput }

    /// What the journal has of the delegation of eth0.
    func delegationJournal() throws -> String {
        try succeed("journalctl -b --no-pager -o cat -u keep6-delegation@eth0.service")
    }

    func waitForSentence(_ words: String, within seconds: Double = 30) throws {
        try eventually("the journal says '\(words)'", within: seconds) { try delegationJournal().contains(words) }
    }
}
