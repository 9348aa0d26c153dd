// What the kernel has to do with an uplink that answers for guests: read, set, and taken back.
import CLinux
import Internet
import Linux
import NeighborDiscovery
import Netlink
import StateMachines

/// The kernel's side of one uplink's proxy.
package struct ProxyHost {
    private let routes: Rtnetlink
    private let uplink: Link

    package init(_ uplink: Link, _ routes: Rtnetlink) {
        self.uplink = uplink
        self.routes = routes
    }

    /// Has the uplink answer for others, at once.
    ///
    /// The kernel delays such an answer by up to 800 ms, because another host may have a better one (RFC 4861 7.2.8);
    /// here no host has.
    package func prepare() throws(SystemError) {
        let setting = Sysctl("proxy_ndp", of: uplink.name)
        if try setting.read() != 1 { try setting.write(1) }
        try routes.delayProxies(on: uplink.index, milliseconds: 0)
    }

    /// For which addresses it may answer, with guests on these bridges.
    package func scope(bridges: [Link]) throws(SystemError) -> ProxyScope {
        var scope = ProxyScope()
        scope.bridges = Set(bridges.map(\.index))
        scope.prefixes = Array(try routes.onLinkPrefixes(of: uplink.index).prefix(NeighborFilter.prefixLimit))
        let own = try routes.addresses(of: InterfaceIndex(rawValue: 0)).map(\.value.address)
        let gateways = try routes.defaultRoutes(through: uplink.index).compactMap(\.gateway)
        let others = try routes.proxies(on: uplink.index).filter { $0.origin != .keep6 }.map(\.address)
        scope.reserved = Set(
            (own + gateways + others).filter { address in
                scope.prefixes.contains { $0.covers(address) }
            })
        return scope
    }

    /// For which addresses it answers on keep6's behalf, and to which interface their routes lead.
    package func found() throws(SystemError) -> [IPv6Address: InterfaceIndex?] {
        let proxies = try routes.proxies(on: uplink.index).filter { $0.origin == .keep6 }.map(\.address)
        let leads = Dictionary(try routes.hostRoutes().map { ($0.address, $0.interface) }) { first, _ in first }
        return Dictionary(proxies.map { ($0, leads[$0]) }) { first, _ in first }
    }

    /// Removes routes to guests without a proxy entry, which a guard leaves if it ends between the two changes.
    package func removeStrays(within scope: ProxyScope) throws(SystemError) {
        let found = try found()
        for route in try routes.hostRoutes()
        where scope.bridges.contains(route.interface) && found[route.address] == nil
            && scope.prefixes.contains(where: { $0.covers(route.address) })
        {
            try routes.remove(route)
        }
    }

    /// In between it tells who waits for the answer.
    package func add(
        _ address: IPv6Address, to bridge: InterfaceIndex, telling: () -> Void
    ) throws(SystemError) {
        try routes.add(HostRoute(address: address, interface: bridge))
        telling()
        try routes.add(ProxyNeighbor(interface: uplink.index, address: address))
    }

    package func move(_ address: IPv6Address, to bridge: InterfaceIndex) throws(SystemError) {
        try routes.replace(HostRoute(address: address, interface: bridge))
        try routes.add(ProxyNeighbor(interface: uplink.index, address: address))
    }

    package func remove(_ address: IPv6Address, from bridge: InterfaceIndex?) throws(SystemError) {
        try routes.remove(ProxyNeighbor(interface: uplink.index, address: address))
        if let bridge { try routes.remove(HostRoute(address: address, interface: bridge)) }
    }

    /// Has the kernel forget a neighbor that does not answer, of which it would tell again that it was there once.
    package func forget(_ address: IPv6Address, on bridge: InterfaceIndex) throws(SystemError) {
        guard let neighbor = try routes.neighbor(address, on: bridge), !neighbor.isPermanent else { return }
        try routes.remove(neighbor)
    }

    /// How many addresses the uplink answers for on each interface.
    package func counts() throws(SystemError) -> [InterfaceIndex: Int] {
        try found().values.reduce(into: [:]) { counts, bridge in
            if let bridge { counts[bridge, default: 0] += 1 }
        }
    }

    /// Takes all of it back, if there is something; what others have the kernel answer for stays.
    package func release() throws(SystemError) {
        let found = try found()
        guard !found.isEmpty else { return }
        for (address, bridge) in found { try remove(address, from: bridge) }
        try withdraw()
    }

    /// Sets what `prepare` set as the kernel starts with it, unless others have need of it.
    package func withdraw() throws(SystemError) {
        guard try routes.proxies(on: uplink.index).isEmpty else { return }
        try routes.delayProxies(on: uplink.index, milliseconds: ProxyHost.kernelDelay)
        try Sysctl("proxy_ndp", of: uplink.name).write(0)
    }

    /// `proxy_delay` of `net.ipv6.neigh.default` in milliseconds, as the kernel starts (nd_tbl, net/ipv6/ndisc.c).
    private static let kernelDelay: UInt64 = 800
}
