// What keep6 asks of the kernel to have an uplink answer for the guests behind the host.
import CLinux
import Internet
import Linux

extension Rtnetlink {
    /// Has packets for the address go to the interface; a route that is there already is as good.
    package func add(_ route: HostRoute) throws(SystemError) {
        do { _ = try exchange(route.addition(), "add a route to \(route.address)") } catch {
            guard error.code == EEXIST else { throw error }
        }
    }

    /// Has packets for the address go to the interface, wherever they went before.
    package func replace(_ route: HostRoute) throws(SystemError) {
        _ = try exchange(route.replacement(), "turn the route to \(route.address)")
    }

    /// Removes the route. It is not an error if the route does not exist.
    package func remove(_ route: HostRoute) throws(SystemError) {
        do { _ = try exchange(route.removal(), "remove the route to \(route.address)") } catch {
            guard error.code == ESRCH || error.code == ENODEV else { throw error }
        }
    }

    /// Has the kernel answer for the address.
    package func add(_ proxy: ProxyNeighbor) throws(SystemError) {
        _ = try exchange(proxy.addition(), "answer neighbors for \(proxy.address)")
    }

    /// Ends that; if it has ended already, that is as good.
    package func remove(_ proxy: ProxyNeighbor) throws(SystemError) {
        do { _ = try exchange(proxy.removal(), "answer neighbors for \(proxy.address) no longer") } catch {
            guard error.code == ENOENT || error.code == ENODEV else { throw error }
        }
    }

    /// Sets by how many milliseconds at most the kernel puts off its answers for others; 800 is what it starts with.
    package func delayProxies(on interface: InterfaceIndex, milliseconds: UInt64) throws(SystemError) {
        _ = try exchange(
            NeighborTable.delayingProxies(on: interface, milliseconds: milliseconds),
            "set how long answers for others are put off")
    }

    /// The addresses that the kernel answers for on the interface, whoever asked for that.
    package func proxies(on interface: InterfaceIndex) throws(SystemError) -> [ProxyNeighbor] {
        let all = try list(ProxyNeighbor.listing(), "list the addresses that are answered for") {
            payload throws(Malformed) in try ProxyNeighbor.parse(payload)
        }
        return all.filter { $0.interface == interface }
    }

    /// The neighbors that the kernel knows on the interface.
    package func neighbors(on interface: InterfaceIndex) throws(SystemError) -> [Neighbor] {
        try list(Neighbor.listing(on: interface), "list the neighbors of an interface") { payload throws(Malformed) in
            try Neighbor.parse(payload)
        }
    }

    /// The kernel's entry for the address, if it has one on the interface.
    package func neighbor(_ address: IPv6Address, on interface: InterfaceIndex) throws(SystemError) -> Neighbor? {
        let doing = "look for the neighbor \(address)"
        do {
            guard let message = try exchange(Neighbor.query(address, on: interface), doing).first else { return nil }
            return try decode(doing) { () throws(Malformed) in try Neighbor.parse(message.payload) }
        } catch {
            if error.code == ENOENT || error.code == ENODEV { return nil }
            throw error
        }
    }

    /// Has the kernel find out, by Neighbor Discovery, whether the neighbor is there, though it may not know it yet; what
    /// it finds it tells as a neighbor's change.
    package func ask(for neighbor: IPv6Address, on interface: InterfaceIndex) throws(SystemError) {
        if try self.neighbor(neighbor, on: interface)?.isKnown == true {
            try probe(neighbor, on: interface)
        } else {
            try request(Neighbor.resolution(of: neighbor, on: interface), "ask for the neighbor \(neighbor)")
        }
    }

    /// Makes the kernel forget the neighbor. It is not an error if the kernel does not know it.
    package func remove(_ neighbor: Neighbor) throws(SystemError) {
        do { _ = try exchange(neighbor.removal(), "forget the neighbor \(neighbor.address)") } catch {
            guard error.code == ENOENT || error.code == ENODEV else { throw error }
        }
    }

    /// keep6's own routes to single addresses.
    package func hostRoutes() throws(SystemError) -> [HostRoute] {
        try routes(of: .keep6).filter { $0.prefix.prefixLength == 128 && !$0.hasGateway }.map {
            HostRoute(address: $0.prefix.address, interface: $0.interface)
        }
    }

    /// The prefixes whose addresses are on the interface's link: of its own addresses, or as routers advertised them.
    package func onLinkPrefixes(of interface: InterfaceIndex) throws(SystemError) -> [InterfaceAddress] {
        var prefixes: [InterfaceAddress] = []
        for origin in RouteProtocol.onLink {
            for route in try routes(of: origin)
            where route.interface == interface && !route.hasGateway && (1...127).contains(route.prefix.prefixLength)
                && !route.prefix.address.isLinkLocal && !route.prefix.address.isMulticast
                && !prefixes.contains(route.prefix)
            {
                prefixes.append(route.prefix)
            }
        }
        return prefixes
    }

    private func routes(of origin: RouteProtocol) throws(SystemError) -> [SpecificRoute] {
        try list(SpecificRoute.listing(of: origin), "list the routes of protocol \(origin.rawValue)") {
            payload throws(Malformed) in try SpecificRoute.parse(payload)
        }
    }
}

extension RouteProtocol {
    /// Who installs routes to prefixes that are on a link: the kernel for addresses and advertisements, networkd for the
    /// latter, an administrator at boot or by hand.
    static let onLink: [RouteProtocol] = [
        RouteProtocol(rawValue: UInt8(RTPROT_KERNEL)), .routerAdvertisement,
        RouteProtocol(rawValue: UInt8(RTPROT_STATIC)), RouteProtocol(rawValue: UInt8(RTPROT_BOOT)),
    ]
}
