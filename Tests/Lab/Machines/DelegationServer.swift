import Foundation

/// The provider's DHCPv6 server, Kea, which delegates prefixes to the clients that it knows by their DUIDs.
final class DelegationServer {
    /// How long what it delegates is good for, in seconds.
    struct Lifetimes {
        var renewal = 1000
        var rebinding = 2000
        var preferred = 3000
        var valid = 4000

        static let short = Lifetimes(renewal: 5, rebinding: 10, preferred: 20, valid: 30)
    }

    private let provider: Provider
    private let uplink: Uplink
    private let directory: String
    private let wire: Program
    private var server: Program?

    /// What passed by on the wire between hosts and the server, as tcpdump tells it.
    var packets: String { (try? String(contentsOfFile: "\(directory)/wire", encoding: .utf8)) ?? "" }

    /// The kinds of the clients' messages, in order: solicit, request, renew ...
    var messages: [String] {
        packets.split(separator: "\n").filter { $0.contains(" > ff02::1:2.547: ") }.compactMap { line in
            line.range(of: "] dhcp6 ").map { String(line[$0.upperBound...].prefix { $0.isLetter }) }
        }
    }

    /// At the provider's end of the uplink, and not running yet.
    init(at provider: Provider, of uplink: Uplink = .eth0) throws {
        let run = try Run.current.get()
        self.provider = provider
        self.uplink = uplink
        let directory = "\(run.directory)/\(run.number()).kea"
        self.directory = directory
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        wire = try Program(
            provider.namespace.command([
                "tcpdump", "-Z", "root", "-l", "--immediate-mode", "-n", "-vv", "-i", uplink.farEnd,
                "udp port 546 or udp port 547",
            ]), standardOutput: "\(directory)/wire")
        try eventually("tcpdump listens") { packets.contains("listening on") }
    }

    deinit {
        stop()
        wire.signal(SIGTERM)
        wire.wait()
    }

    /// Runs it from now on; it remembers what it delegated before, unless it has forgotten.
    func start(_ grants: [String: String], _ lifetimes: Lifetimes = Lifetimes(), hasForgotten: Bool = false) throws {
        stop()
        if hasForgotten { try? FileManager.default.removeItem(atPath: "\(directory)/leases.csv") }
        let file = "\(directory)/kea.json"
        try configuration(grants, lifetimes).write(toFile: file, atomically: true, encoding: .utf8)
        var command = provider.namespace.command(["kea-dhcp6", "-c", file])
        command.environment = ["KEA_PIDFILE_DIR": directory, "KEA_LOCKFILE_DIR": "none"]
        server = try Program(command, standardOutput: "\(directory)/log")
    }

    func stop() {
        server?.signal(SIGTERM)
        server?.wait()
        server = nil
    }

    /// What it logged and what it heard last, for when a case fails.
    var story: String {
        let log = (try? String(contentsOfFile: "\(directory)/log", encoding: .utf8)) ?? ""
        return [log, packets].map { $0.split(separator: "\n").suffix(25).joined(separator: "\n") }.joined(
            separator: "\n\n")
    }

    /// It opens its socket once the link has a carrier.
    private func configuration(_ grants: [String: String], _ lifetimes: Lifetimes) -> String {
        let reservations = grants.sorted { $0.key < $1.key }.map { duid, prefix in
            #"{ "duid": "\#(duid)", "prefixes": ["\#(prefix)"] }"#
        }
        return """
            { "Dhcp6": {
              "interfaces-config": { "interfaces": ["\(uplink.farEnd)"],
                "service-sockets-max-retries": 600, "service-sockets-retry-wait-time": 100 },
              "lease-database": { "type": "memfile", "name": "\(directory)/leases.csv", "lfc-interval": 0 },
              "data-directory": "\(directory)",
              "server-id": { "type": "LL", "identifier": "020000000001", "htype": 1, "persist": false },
              "renew-timer": \(lifetimes.renewal), "rebind-timer": \(lifetimes.rebinding),
              "preferred-lifetime": \(lifetimes.preferred), "valid-lifetime": \(lifetimes.valid),
              "host-reservation-identifiers": ["duid"],
              "subnet6": [ { "id": 1, "subnet": "\(uplink.prefix)/64", "interface": "\(uplink.farEnd)",
                "reservations": [ \(reservations.joined(separator: ", ")) ] } ],
              "loggers": [ { "name": "kea-dhcp6", "severity": "INFO", "output_options": [ { "output": "stdout" } ] } ]
            } }
            """
    }
}
