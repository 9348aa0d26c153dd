import Testing

/// An upgrade of a host that is up: the guard that runs is another program afterwards, and nobody notices.
@Suite struct UpgradeCases {
    @Test(
        "Package upgraded to another executable: wish and memory kept, no packet lost",
        arguments: DebianRelease.allCases, Manager.allCases)
    func upgraded(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try bootWithSuccessor(lab, HostPlan(release, manager))
            try host.succeed("ip -6 route del default")
            try eventually("the route is put back", within: 3) { try !host.defaultRoutes().isEmpty }
            try host.restoreLearntRoute()
            let (old, wish, losses) = try (host.runningExecutable(), host.wish(), host.losses())
            try #require(losses.contains("last-loss"), "\(losses)")
            try lab.requireNoLoss(after: "dpkg -i /root/next.deb", for: 3)
            try host.requireSuccessor(of: old)
            try #require(try host.wish() == wish)
            try #require(try host.losses() == losses)
            try lab.proveGuard()
        }
    }

    @Test(
        "Package upgraded over files of another format: said, ignored, and no packet lost",
        arguments: DebianRelease.allCases, Manager.allCases)
    func formats(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try bootWithSuccessor(lab, HostPlan(release, manager))
            let old = try host.runningExecutable()
            // A guard that ends writes its memory.
            let line =
                "systemctl stop keep6@eth0.service && sed -i '1s/ 1$/ 0/' /run/keep6/eth0.wish /run/keep6/eth0.route"
                + " && dpkg -i /root/next.deb"
            try lab.requireNoLoss(after: line, for: 3)
            for file in ["eth0.wish", "eth0.route"] {
                let said = try host.succeed("journalctl -b -o cat -u 'keep6*' | grep -F '/run/keep6/\(file)' || true")
                try #require(said.contains("keep6 ignores it until it is written again"), "\(file): \(said)")
            }
            try host.requireSuccessor(of: old)
            try #require(try host.acceptRA() == manager.acceptRA)
            try lab.proveGuard()
            try host.succeed(manager.renewal())
            try #require(try host.wish().hasPrefix("keep6-wish 1\n"))
        }
    }

    /// A host that forwards, on which the package of a higher version lies.
    private func bootWithSuccessor(_ lab: Lab, _ plan: HostPlan) throws -> Host {
        let host = try lab.bootForwarding(plan)
        try host.copy(DebianPackage.successor(of: .built(for: plan.release)).path, to: "/root/next.deb")
        return host
    }
}

extension Host {
    fileprivate func wish() throws -> String { try succeed("cat /run/keep6/eth0.wish") }

    /// What the guard remembers of losses; of routers it learns more all the time.
    fileprivate func losses() throws -> String { try succeed("grep loss /run/keep6/eth0.route") }

    /// The digest of the program that the guard of eth0 is.
    fileprivate func runningExecutable() throws -> String {
        try succeed("sha256sum <\"/proc/$(systemctl show -P MainPID keep6@eth0.service)/exe\"")
    }

    /// Requires that everything of keep6's that runs is the program that is installed now, and that this is another one.
    fileprivate func requireSuccessor(of old: String) throws {
        try #require(try succeed("dpkg-query -W keep6").contains("+next"))
        try #require(try isActive("keep6@eth0.service"))
        let installed = try succeed("sha256sum </usr/sbin/keep6")
        try #require(try installed != old && runningExecutable() == installed)
        let deleted = try succeed("ls -l /proc/[0-9]*/exe 2>/dev/null | grep 'keep6.*(deleted)' || true")
        try #require(deleted.isEmpty, "\(deleted)")
        try #require(try succeed("systemctl list-units --failed --no-legend 'keep6*'").isEmpty)
    }
}
