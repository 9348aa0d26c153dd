import Testing

/// Who asks for a delegated prefix where keep6 cannot, or is not to.
@Suite struct DelegationRivalCases {
    @Test("Without dhcpcd: a sentence, and all else is kept", arguments: DebianRelease.allCases)
    func withoutDhcpcd(_ release: DebianRelease) async {
        await lab { lab in
            var plan = HostPlan(release, interfaces: DelegationCases.stanza())
            plan.preparation = ["dpkg -r dhcpcd-base"]
            let host = try lab.bootOnline(plan)
            try host.waitForSentence("run 'apt install dhcpcd-base'")
            let check = try host.run("keep6 check")
            try #require(
                check.status == 2 && check.standardOutput.contains("apt install dhcpcd-base"), "\(check.story)")
            try lab.proveGuard()
        }
    }

    /// As Debian's package dhcpcd has it, but for the uplink.
    @Test("Beside dhcpcd.service: a sentence, and it is all right without", arguments: DebianRelease.allCases)
    func besideDhcpcd(_ release: DebianRelease) async {
        await lab { lab in
            var plan = HostPlan(release, interfaces: DelegationCases.stanza())
            plan.files["/etc/dhcpcd.conf"] = "denyinterfaces eth0\n"
            plan.files["/etc/systemd/system/dhcpcd.service"] = """
                [Unit]
                Before=networking.service
                [Service]
                ExecStart=/usr/sbin/dhcpcd -q -B
                [Install]
                WantedBy=multi-user.target

                """
            plan.preparation = ["systemctl -q enable dhcpcd.service"]
            let host = try lab.bootOnline(plan)
            let server = try DelegationServer(at: lab.provider)
            try server.start([DelegationCases.duid: DelegationCases.prefix])
            try host.waitForSentence("another program uses UDP port 546")
            let check = try host.run("keep6 check")
            try #require(check.status == 2 && check.standardOutput.contains("port 546"), "\(check.story)")
            try host.succeed("systemctl disable --now dhcpcd.service && systemctl restart keep6-delegation@eth0")
            try host.waitForDelegation(DelegationCases.prefix)
            try host.succeed("keep6 check")
        }
    }

    @Test("networkd asks for it itself", arguments: DebianRelease.allCases)
    func networkd(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, networkFile: Uplink.eth0.delegatedNetworkFile()))
            let server = try DelegationServer(at: lab.provider)
            try server.start([DelegationCases.duid: DelegationCases.prefix])
            try lab.idle { try host.waitForDelegation(DelegationCases.prefix, within: 60) }
            try #require(try host.status().contains("delegated       \(DelegationCases.prefix)\n"))
            try #require(try host.acceptRA() == "0" && !host.isActive("keep6-delegation@eth0.service"))
            try host.succeed("keep6 check")
            // What Debian's package dhcpcd brings, and dhcpcd-base does not.
            try host.write("[Service]\nExecStart=/bin/true\n", to: "/etc/systemd/system/dhcpcd.service")
            try host.write("", to: "/etc/systemd/system/multi-user.target.wants/dhcpcd.service")
            let check = try host.run("keep6 check")
            try #require(check.status == 1 && check.standardOutput.contains("port 546"), "\(check.story)")
            try lab.proveGuard()
        }
    }

    /// As `systemctl mask` leaves it: what enabled it is still there.
    @Test("Beside a masked dhcpcd.service: not a word of it", arguments: DebianRelease.allCases)
    func besideMasked(_ release: DebianRelease) async {
        await lab { lab in
            var plan = HostPlan(release, networkFile: Uplink.eth0.delegatedNetworkFile())
            plan.files["/usr/lib/systemd/system/dhcpcd.service"] = "[Service]\nExecStart=/bin/true\n"
            let links = "/etc/systemd/system"
            plan.preparation = [
                "mkdir -p \(links)/multi-user.target.wants",
                "ln -s /usr/lib/systemd/system/dhcpcd.service \(links)/multi-user.target.wants/",
                "ln -s /dev/null \(links)/dhcpcd.service",
            ]
            let host = try lab.bootOnline(plan)
            try host.succeed("keep6 check")
            try host.succeed("rm \(links)/dhcpcd.service")
            let check = try host.run("keep6 check")
            try #require(check.status == 1 && check.standardOutput.contains("dhcpcd.service"), "\(check.story)")
        }
    }
}
