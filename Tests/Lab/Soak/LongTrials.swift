// What takes too long, or too much of the machine, for `make test`: `make soak` runs it after the random disruptions.
import Foundation
import Testing

extension Soak {
    /// For how long a host is watched whose router speaks only when it is asked, in seconds.
    private static let watch = 600.0
    /// Of the router that is watched, in seconds: without keep6 the host is offline after that.
    private static let lifetime = 20

    @Test("A router that only answers, with a lifetime of 20 s, watched for 10 minutes")
    func lifetime() async {
        await withTaskGroup(of: Void.self) { group in
            for manager in Manager.allCases { group.addTask { await watchRouter(manager) } }
        }
    }

    private func watchRouter(_ manager: Manager) async {
        await lab { lab in
            let router = Router(isTalkative: false, lifetime: Self.lifetime)
            let host = try lab.bootOnline(HostPlan(release, manager), router: router)
            let echoes = try EchoStream(from: .internet(of: lab.provider), to: .host(host))
            Thread.sleep(forTimeInterval: Self.watch)
            let outage = echoes.finish()
            print("\(manager), lifetime of \(Self.lifetime) s, watched for \(Int(Self.watch)) s: \(outage)")
            #expect(outage.lost == 0)
        }
    }

    @Test("4,000 more interfaces come and go, and the guard works on", arguments: Manager.allCases)
    func interfaces(_ manager: Manager) async {
        await lab { lab in
            let host = try lab.bootOnline(HostPlan(release, manager))
            let before = try processorTime(of: host)
            for verb in ["add m$n link lab0 type macvlan", "del m$n"] {
                try host.succeed(
                    """
                    ip link show lab0 >/dev/null 2>&1 || ip link add lab0 type veth peer name lab1
                    for n in $(seq 4000); do echo "link \(verb)"; done | ip -batch -
                    """, within: 300)
                try lab.proveGuard()
            }
            let spent = try processorTime(of: host) - before
            print(
                "\(manager), 4,000 interfaces added and deleted: the guard took \(Int(spent * 1000)) ms of a processor")
        }
    }

    /// What the guard has used of the processors, in seconds (proc_pid_stat(5)).
    private func processorTime(of host: Host) throws -> Double {
        let line = "awk '{ print $14 + $15 }' /proc/$(systemctl show -P MainPID \(Nuisance.guardUnit))/stat"
        return (Double(try host.succeed(line)) ?? .nan) / 100
    }
}
