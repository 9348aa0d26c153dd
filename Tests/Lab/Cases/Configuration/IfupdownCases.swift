import Testing

@Suite struct IfupdownCases {
    @Test("ifdown puts everything back as it was found, and ifup is online again", arguments: DebianRelease.allCases)
    func downAndUp(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.boot(HostPlan(release, interfaces: Uplink.eth0.stanza("keep6 yes", bringUp: nil)))
            try lab.provider.startRouter()
            let sysctls = "sysctl -a -r '^net.ipv6.conf.(all|default)' 2>/dev/null"
            let found = try host.succeed(sysctls)
            for _ in 1...2 {
                try #require(try host.acceptRA() == "1")
                try host.succeed("ifup eth0")
                try #require(try host.acceptRA() == "2")
                try #require(try lab.provider.reaches(Uplink.eth0.address, within: 5))
                try lab.proveGuard()
                try host.succeed("ifdown eth0")
                try #require(try host.acceptRA() == "1")
                try #require(try host.succeed(sysctls) == found)
                try #require(try host.isActive("keep6@eth0.service") == false)
                try #require(try host.hasProcess() == false)
                try host.succeed("test ! -e /run/keep6/eth0.wish && test ! -e /run/keep6/eth0.route")
            }
        }
    }

    @Test("keep6-address: there when ifup is done, gone after ifdown", arguments: DebianRelease.allCases)
    func furtherAddresses(_ release: DebianRelease) async {
        await lab { lab in
            let further = ["2001:db8:1::20", "2001:db8:1::30"]
            let stanza = Uplink.eth0.stanza(
                "keep6 yes", "keep6-address \(further[0])/64", "keep6-address \(further[1])/128", bringUp: nil)
            let host = try lab.boot(HostPlan(release, interfaces: stanza))
            try lab.provider.startRouter()
            try host.succeed("ifup eth0")
            let usable = try host.succeed("ip -6 -o addr show dev eth0 scope global -tentative")
            for address in further { try #require(usable.contains(address)) }
            for address in further + [Uplink.eth0.address] {
                try #require(try lab.provider.reaches(address, within: 5))
            }
            try lab.proveGuard()
            try host.succeed("ifdown eth0")
            let left = try host.succeed("ip -6 -o addr show dev eth0 scope global")
            for address in further { try #require(!left.contains(address)) }
        }
    }

    @Test(
        "A wrong option: one sentence, and the rest of the wish holds", arguments: DebianRelease.allCases,
        ["keep6-accept-ra banana", "keep6-router 2001:db8::1", "keep6-sparkle 7"])
    func wrongOption(_ release: DebianRelease, _ option: String) async {
        await lab { lab in
            let stanza = Uplink.eth0.stanza("keep6 yes", option, bringUp: nil)
            let host = try lab.boot(HostPlan(release, interfaces: stanza))
            try lab.provider.startRouter()
            let ifup = try host.run("ifup eth0")
            try #require(ifup.succeeded, "\(ifup.story)")
            let words = option.split(separator: " ")
            let sentences = ifup.standardError.split(separator: "\n").filter { $0.contains("\(words[0])") }
            try #require(sentences.count == 1, "\(ifup.story)")
            try #require(sentences[0].contains("eth0") && sentences[0].contains(words[1]), "\(sentences[0])")
            try #require(try host.succeed("journalctl -b --no-pager").contains(words[0]))
            try #require(try host.acceptRA() == "2")
            try lab.proveGuard()
        }
    }

    @Test("An address that another host has: ifup fails and says so", arguments: DebianRelease.allCases)
    func duplicateAddress(_ release: DebianRelease) async {
        await lab { lab in
            let stanza = Uplink.eth0.stanza("keep6 yes", "keep6-address 2001:db8:1::20/64", bringUp: nil)
            let host = try lab.boot(HostPlan(release, interfaces: stanza))
            try lab.provider.startRouter()
            try lab.provider.occupy("2001:db8:1::20")
            let ifup = try host.run("ifup eth0")
            try #require(!ifup.succeeded, "\(ifup.story)")
            let sentences = ifup.standardError.split(separator: "\n").filter { $0.contains("2001:db8:1::20") }
            try #require(sentences.contains { $0.contains("duplicate") && $0.contains("eth0") }, "\(ifup.story)")
            try lab.provider.vacate("2001:db8:1::20")
            try host.succeed("ifdown --force eth0")
            try host.succeed("ifup eth0")
            try lab.proveGuard()
        }
    }

    @Test("The stanza's own address is another host's: ifup fails", arguments: DebianRelease.allCases)
    func duplicateOwnAddress(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.boot(HostPlan(release, interfaces: Uplink.eth0.stanza("keep6 yes", bringUp: nil)))
            try lab.provider.startRouter()
            try lab.provider.occupy(Uplink.eth0.address)
            let ifup = try host.run("ifup eth0")
            try #require(!ifup.succeeded, "\(ifup.story)")
            try lab.provider.vacate(Uplink.eth0.address)
            try host.succeed("ifdown --force eth0")
            try host.succeed("ifup eth0")
            try lab.proveGuard()
        }
    }
}
