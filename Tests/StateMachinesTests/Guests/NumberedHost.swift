// A small model of a host with networks of guests, for `GuestNumbering` to act on.
import Internet
import Netlink

@testable import Configuration
@testable import StateMachines

/// A host with two bridges, whose kernel does what it is asked.
struct NumberedHost {
    static let networks = ["default", "lab"].map { NetworkName($0)! }

    var now = Instant(microseconds: 1_000_000)
    var time = WallTime(microseconds: 1_700_000_000_000_000)
    var delegated: [DelegatedPrefix] = []
    var bridges: [NetworkName: GuestNumbering.Bridge] = [:]
    var state: GuestNumbering
    var reports: [GuestReport] = []
    var stored = GuestMemory()

    init(_ wish: String = "default lab", memory: GuestMemory = GuestMemory()) {
        state = GuestNumbering(wish.split(separator: " ").map { GuestSubnet(String($0))! }, memory: memory)
        for (place, network) in NumberedHost.networks.enumerated() {
            bridges[network] = GuestNumbering.Bridge(
                interface: InterfaceIndex(rawValue: UInt32(place + 20)), name: InterfaceName("virbr\(place)")!,
                addresses: [])
        }
    }

    mutating func pass(_ duration: Duration) {
        now = now.advanced(by: duration)
        time = time.advanced(by: duration)
    }

    /// Returns when time alone changes something.
    @discardableResult
    mutating func converge() -> Instant? {
        let snapshot = GuestNumbering.Snapshot(delegated: delegated, bridges: bridges)
        let (actions, deadline) = state.converge(snapshot, at: now, time)
        for action in actions {
            switch action {
            case .put(let address, let network):
                bridges[network]?.addresses.removeAll { $0.value == address.value }
                bridges[network]?.addresses.append(address)
            case .remember: stored = state.memory
            case .report(let report): reports.append(report)
            }
        }
        return deadline
    }

    /// The addresses that guests may use for new connections, and those that they may not, by network.
    func addresses(_ network: String, preferred: Bool = true) -> [String] {
        let all = bridges[NetworkName(network)!]?.addresses ?? []
        return all.filter { ($0.preferredLifetime != 0) == preferred }.map(\.value.description).sorted()
    }
}
