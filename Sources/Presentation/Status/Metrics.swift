// How the kept uplinks are, as a monitoring system reads it.
import Internet
import Netlink

/// The state of uplinks in the text format that Prometheus reads (exposition format 0.0.4), as the textfile collector of
/// node_exporter does.
package struct Metrics {
    private let states: [Status]

    package init(_ states: [Status]) { self.states = states }

    /// Each metric with its help, its type and its samples; metrics without a sample are left out.
    package var text: String { Metric.all.map { $0.text(states) }.joined() }
}

/// One metric: what it tells of an uplink.
private struct Metric: Sendable {
    typealias Sample = (labels: [(String, String)], value: Int64)

    let name: String
    let help: String
    var type = "gauge"
    let samples: @Sendable (Status) -> [Sample]

    init(_ name: String, _ help: String, type: String = "gauge", samples: @escaping @Sendable (Status) -> [Sample]) {
        self.name = "keep6_\(name)"
        self.help = help
        self.type = type
        self.samples = samples
    }

    /// A metric with one value per uplink; nil gives no sample.
    init(_ name: String, _ help: String, type: String = "gauge", value: @escaping @Sendable (Status) -> Int64?) {
        self.init(name, help, type: type) { state in value(state).map { [([], $0)] } ?? [] }
    }

    static let all = [
        Metric("uplink_state", "0 is well, 1 degraded, 2 down.") { Int64($0.level.rawValue) },
        Metric("guard_running", "Whether the uplink's guard runs.") { $0.guardRuns ? 1 : 0 },
        Metric("default_routes", "Default routes by the uplink, by whose they are.") { state in
            let own = state.snapshot.routes.count { $0.routeProtocol == .keep6 }
            return [
                ([("origin", "keep6")], Int64(own)),
                ([("origin", "other")], Int64(state.snapshot.routes.count - own)),
            ]
        },
        Metric("router_lifetime_seconds", "What is left of the default router lifetime (RFC 4861).") { state in
            state.memory.routers.compactMap { router in
                router.expiry.map {
                    ([("router", router.address.description)], max(state.now.duration(to: $0).components.seconds, 0))
                }
            }
        },
        Metric("usable_addresses", "Global addresses that can be used.") { state in
            Int64(state.snapshot.addresses.count(where: \.isUsableGlobal))
        },
        Metric("accept_ra", "net.ipv6.conf.INTERFACE.accept_ra.") { $0.snapshot.acceptRA.map { Int64($0) } },
        Metric("losses_total", "Losses of the default route since the uplink was brought up.", type: "counter") {
            Int64($0.memory.losses)
        },
        Metric("last_outage_microseconds", "How long the last loss of the default route lasted.") {
            $0.memory.lastLoss?.outage?.microseconds
        },
        Metric("delegated_prefix_lifetime_seconds", "What is left of a delegated prefix; -1 is not known.") { state in
            state.delegated.map { prefix in
                let left = prefix.validUntil.map { max(state.now.duration(to: $0).components.seconds, 0) }
                return ([("prefix", prefix.prefix.description)], left ?? -1)
            }
        },
        Metric("guest_network_numbered", "Whether a network of guests has a part of a delegated prefix.") { state in
            state.guests.map { ([("network", $0.network.description)], $0.isNumbered ? 1 : 0) }
        },
        Metric("guest_addresses", "Guests' addresses that the uplink answers for.") { state in
            state.proxies.map { ([("network", $0.network.description)], Int64($0.count)) }
        },
    ]

    func text(_ states: [Status]) -> String {
        let lines = states.flatMap { state in
            samples(state).map { sample in
                let labels = ([("uplink", state.kept.wish.uplink.description)] + sample.labels).map {
                    "\($0)=\"\(Metric.escaped($1))\""
                }
                return "\(name){\(labels.joined(separator: ","))} \(sample.value)\n"
            }
        }
        return lines.isEmpty ? "" : "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n" + lines.joined()
    }

    /// A label's value: a backslash stands before what would end it.
    private static func escaped(_ value: String) -> String {
        value.map { character in
            switch character {
            case "\\": "\\\\"
            case "\"": "\\\""
            case "\n": "\\n"
            default: String(character)
            }
        }.joined()
    }
}
