import Testing

/// The package gone: the system is what it was before it came.
@Suite struct RemovalCases {
    @Test(
        "Package installed, used, removed and purged: files, settings, rules and routes are as before",
        arguments: DebianRelease.allCases, Manager.allCases)
    func purged(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            var plan = HostPlan(release, manager, .firewall)
            plan.hasPackage = false
            plan.libvirtNetwork = .absent
            // It writes files of its own while it starts.
            plan.preparation = ["systemctl -q mask libvirtd.service"]
            let host = try lab.bootOnline(plan)
            try host.succeed("ip6tables -A INPUT -p tcp --dport 22 -j ACCEPT")
            try host.copy(DebianPackage.built(for: release).path, to: "/root/keep6.deb")
            let before = try (system: host.system(), network: host.network())
            try host.succeed("dpkg -i /root/keep6.deb && \(manager.renewal())")
            try lab.proveGuard()
            try host.succeed("keep6 firewall save")
            try #require(try host.system() != before.system)
            try lab.requireNoLoss(after: "dpkg -r keep6", for: 2)
            try host.succeed("dpkg -P keep6")
            try requireEqual(host.system(), before.system)
            try host.succeed(manager.renewal())
            // networkctl returns before networkd begins; how it differs, if it goes on to, is said below.
            var now: Set<String> = []
            _ = try? eventually("all is set up") {
                now = try host.network()
                return now == before.network
            }
            try requireEqual(now, before.network)
        }
    }

    private func requireEqual(
        _ now: Set<String>, _ before: Set<String>, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let difference = before.subtracting(now).map { "- \($0)" } + now.subtracting(before).map { "+ \($0)" }
        try #require(
            difference.isEmpty, "\(difference.sorted().joined(separator: "\n"))", sourceLocation: sourceLocation)
    }
}

extension Host {
    /// All files with their owners and modes, what is in those of /etc, the uplink's settings, rules, and units.
    fileprivate func system() throws -> Set<String> {
        let others = ["/var/cache", "/var/log", "/var/tmp", "/var/lib/dpkg"].map { "-path \($0)" }
        return try lines(
            "find /etc /home /opt /root /srv /usr /var -xdev \\( \(others.joined(separator: " -o ")) \\) -prune"
                + " -o -printf '%p %y %m %u %l\\n'; find /etc -xdev -type f -exec sha256sum {} +;"
                + " cd /proc/sys/net/ipv6; grep -rs . conf/all conf/default conf/eth0 neigh/eth0;"
                + " ip6tables-save | sed '/^#/d; s/ \\[[0-9:]*\\]$//'; systemctl list-unit-files --no-legend")
    }

    /// Addresses and routes, without what is another one each time, and without how an address was checked: networkd
    /// keeps one that is there.
    fileprivate func network() throws -> Set<String> {
        try lines(
            "{ ip -6 -o addr show dev eth0; ip -6 route show table all dev eth0; ip -6 route show table local dev lo; }"
                + " | sed 's/ nhid [0-9]*//; s/ expires [0-9]*sec//; s/ nodad//'")
    }

    private func lines(_ question: String) throws -> Set<String> {
        Set(try succeed(question).split(separator: "\n").map(String.init))
    }
}
