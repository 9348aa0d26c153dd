// What `keep6 doctor` finds out by asking, beside the state that is there to be read.
import Configuration
import Firewall
import Internet
import NeighborDiscovery
import Netlink

/// What came of asking about one uplink.
package struct Examination: Sendable {
    /// What came of a question; the words say why it was not asked, or why it could not be.
    package enum Answer<Value: Sendable>: Sendable {
        case notAsked(String)
        case failed(String)
        /// Nothing came in time.
        case silence
        case came(Value)
    }

    /// A router advertisement: from whom, and its default router lifetime in seconds.
    package typealias Advertisement = (router: IPv6Address, lifetime: Int)

    package var advertisement: Answer<Advertisement> = .notAsked("it was not asked for")
    /// Whether the router answers neighbor solicitations.
    package var neighbor: Answer<Bool> = .notAsked("it was not asked")
    /// Which router was asked.
    package var router: IPv6Address?
    package var echo: Answer<EchoAnswer> = .notAsked("it was not asked")
    /// Where the echo went, and how long its answer took.
    package var beyond: IPv6Address?
    package var roundTrip: Duration = .zero
    package var firewall: Answer<[MessageFate]> = .notAsked("it was not asked")
    /// The units of the guard and of the delegation.
    package var guardUnit: String
    package var delegationUnit: String
    /// The program that asks for a prefix is installed.
    package var hasClient = true
    /// The networks of the wish that libvirt has.
    package var libvirtNetworks: Set<NetworkName> = []

    package init(guardUnit: String, delegationUnit: String) {
        self.guardUnit = guardUnit
        self.delegationUnit = delegationUnit
    }

    /// What the firewall does with a message to the host.
    func fate(of message: ICMPv6Message) -> Verdict? {
        guard case .came(let fates) = firewall else { return nil }
        return fates.first { $0.message == message && !$0.isForwarded }?.fate
    }
}

// MARK: - What is to be asked

extension Status {
    /// Why nothing can be asked on the link.
    private var obstacle: String? {
        guard let link else { return "there is no link" }
        return link.hasCarrier ? nil : "the link is not up"
    }

    /// Why no router is solicited; nil if one is to be.
    package var reasonNotToSolicit: String? {
        switch wish.defaultRoute {
        case .gateway: "the gateway is pinned, none is needed"
        case .off: "no default route is configured"
        case .routerAdvertisement: obstacle
        }
    }

    /// The router that packets go to: that of the best route, the pinned one, or one that was heard or is remembered.
    package func router(heard: IPv6Address?) -> IPv6Address? {
        if let best = snapshot.routes.min(by: { $0.metric < $1.metric }) { return best.gateway }
        if case .gateway(let gateway) = wish.defaultRoute { return gateway }
        return wish.defaultRoute == .off ? nil : heard ?? memory.routers.first?.address
    }

    /// Why the router is not asked for; nil if it is to be.
    package func reasonNotToProbe(_ router: IPv6Address?) -> String? {
        if let obstacle { return obstacle }
        guard router == nil else { return nil }
        return snapshot.routes.isEmpty ? "no router is known" : "the default route leads to the link itself"
    }

    /// Why there is no echo beyond the router; nil if there should be one.
    package var reasonNotToEcho: String? {
        obstacle ?? (snapshot.routes.isEmpty ? "there is no default route" : nil)
    }

    /// The ways through the host, with forwarding on: to the guests that keep6 knows, or to anywhere.
    package var waysThrough: [Hook] {
        guard snapshot.forwarding == true else { return [] }
        let numbered = guests.flatMap { guest in guest.addresses.map { (guest.bridge, Optional($0.value)) } }
        let answeredFor = proxies.map { ($0.bridge, InterfaceAddress?.none) }
        let known = (numbered + answeredFor).filter { $0.0 != nil }
        return known.isEmpty
            ? [.forward(outBy: nil, to: nil)] : known.map { .forward(outBy: $0.0, to: $0.1) }
    }
}
