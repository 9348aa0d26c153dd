import Testing

@Suite struct GuardCases {
    private static let kill = "systemctl kill -s KILL keep6@eth0.service"

    @Test("Guard killed: started again, and at work", arguments: DebianRelease.allCases, Manager.allCases)
    func killed(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, manager))
            try lab.requireNoLoss(after: Self.kill)
            try eventually("the guard is started again", within: 5) {
                try host.succeed("systemctl show -P NRestarts keep6@eth0.service") == "1"
                    && host.isActive("keep6@eth0.service")
            }
            try lab.proveGuard()
        }
    }

    @Test("Default route deleted while the guard is dead", arguments: DebianRelease.allCases, Manager.allCases)
    func deletedMeanwhile(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, manager))
            lab.provider.silenceRouter()
            try host.succeed("\(Self.kill); ip -6 route del default")
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 5))
            try #require(try host.defaultRoutes().contains { $0.isOurs })
        }
    }

    @Test(
        "Default route deleted again and again: the host ends up online", arguments: DebianRelease.allCases,
        Manager.allCases)
    func fight(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, manager))
            lab.provider.silenceRouter()
            try host.succeed("for n in $(seq 40); do ip -6 route del default 2>/dev/null; sleep 0.05; done")
            try #require(try lab.provider.reaches(Uplink.eth0.address, within: 20))
            let deleter = try host.succeed("journalctl -b --no-pager -u keep6@eth0.service")
            try #require(deleter.contains("ip"), "the journal names who deletes it")
        }
    }

    @Test("The system bus dies and comes back: libvirtd is heard again", arguments: DebianRelease.allCases)
    func systemBus(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release))
            try lab.requireNoLoss(after: "systemctl kill -s KILL dbus.service")
            let journal = "journalctl -b --no-pager -u keep6@eth0.service"
            try eventually("the guard is on the bus again", within: 30) {
                try host.succeed(journal).contains("checked everything again because the system bus is there again.")
            }
            let activations = "\(journal) | grep -c 'because libvirtd.service became active' || true"
            let before = try host.succeed(activations)
            try eventually("the guard hears that libvirtd starts", within: 20) {
                try host.succeed("systemctl restart libvirtd.service")
                return try host.succeed(activations) != before
            }
            try lab.proveGuard()
        }
    }

    @Test("The journal hangs, and is gone: no echo is lost to what then happens", arguments: DebianRelease.allCases)
    func journal(_ release: DebianRelease) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release))
            for (begin, end) in [
                ("systemctl kill -s STOP systemd-journald.service", "systemctl kill -s CONT systemd-journald.service"),
                (
                    "systemctl stop systemd-journald.socket systemd-journald-dev-log.socket systemd-journald.service",
                    "systemctl start systemd-journald.socket systemd-journald-dev-log.socket systemd-journald.service"
                ),
            ] {
                try host.restoreLearntRoute()
                try host.succeed(begin)
                try lab.requireRepair(after: "ip -6 route del default")
                try host.succeed(end)
                try lab.proveGuard()
            }
        }
    }

    @Test("Torn files in /run/keep6", arguments: DebianRelease.allCases, Manager.allCases)
    func tornFiles(_ release: DebianRelease, _ manager: Manager) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, manager))
            try host.succeed("for f in /run/keep6/*; do head -c 7 /dev/urandom >$f; done; \(Self.kill)")
            try eventually("the guard is started again", within: 5) {
                try host.succeed("systemctl show -P NRestarts keep6@eth0.service") != "0"
                    && host.isActive("keep6@eth0.service")
            }
            try lab.proveGuard()
        }
    }
}
