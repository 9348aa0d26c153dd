// Who acts on the router advertisements that an uplink hears.
import Configuration
import Netlink

/// Who learns routes from router advertisements, as the kernel's settings and networkd's own show it.
package enum AdvertisementHandler: Equatable, Sendable {
    case kernel
    case networkd
    /// Both: `accept_ra` was set on a link whose router advertisements networkd handles.
    case kernelAndNetworkd
    /// Some program that is not networkd: there is a route of theirs, and not by the kernel.
    case program
    /// The kernel would, but accept_ra 1 says not to where forwarding is on.
    case nobodyWhileForwarding
    case nobody
    case unknown

    package init(networkdHandles: Bool, acceptRA: Int?, forwarding: Bool?, routes: [Route]) {
        switch acceptRA {
        case nil: self = networkdHandles ? .networkd : .unknown
        case 0?:
            let isLearnt = routes.contains { $0.routeProtocol == .routerAdvertisement }
            self = networkdHandles ? .networkd : isLearnt ? .program : .nobody
        case 1? where forwarding == true: self = networkdHandles ? .networkd : .nobodyWhileForwarding
        default: self = networkdHandles ? .kernelAndNetworkd : .kernel
        }
    }

    /// Who it is, to follow "router advertisements are handled by".
    package var words: String {
        switch self {
        case .kernel: "the kernel"
        case .networkd: "systemd-networkd"
        case .kernelAndNetworkd: "the kernel and systemd-networkd"
        case .program: "a program"
        case .nobodyWhileForwarding: "nobody (accept_ra is 1 and forwarding is on)"
        case .nobody: "nobody"
        case .unknown: "unknown"
        }
    }
}
