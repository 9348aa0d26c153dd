// A host that answers for guests: a kept uplink with an on-link prefix, two bridges, and guests plugged into them.
import CLinux
import Internet
import Linux
import Netlink

/// A host whose router asks on the link for each address of `2001:db8:1::/64`, with the bridges `br0` and `br1`.
final class GuestHost {
    let kept: KeptHost
    private(set) var keeper: PipedProgram
    private var guests = 0

    init(_ networks: String = "br0 br1", options: [String: String] = [:]) throws {
        kept = try KeptHost()
        try kept.host.sh("ip -6 route add default via \(KeptHost.gateway) dev eth0")
        for (number, bridge) in ["br0", "br1"].enumerated() {
            // As libvirt does, for a bridge without one changes its own with its ports.
            try kept.host.sh(
                """
                ip link add \(bridge) address 02:00:00:00:02:0\(number) type bridge
                echo 0 >/proc/sys/net/ipv6/conf/\(bridge)/accept_dad
                ip link set \(bridge) up; ip address add fe80::1/64 dev \(bridge) nodad
                """)
        }
        try kept.setForwarding(1)
        let hook = try kept.hook("pre-up", ["IF_KEEP6_PROXY": networks].merging(options) { $1 })
        guard hook.code == 0, hook.errors == [] else { throw FixtureError("the hook failed: \(hook.errors)") }
        keeper = try kept.startGuard()
    }

    /// A guest behind a port of a bridge; it has no address yet but its link-local one.
    func plug(into bridge: String) throws -> PluggedGuest {
        guests += 1
        return try PluggedGuest(number: guests, bridge, of: kept.host)
    }

    /// Waits until the guard says that it answers for the address.
    func waitForCame(_ address: String, on bridge: String) throws {
        try keeper.errors.line(with: "answers for \(address), which appeared on '\(bridge)'")
    }

    func waitForWent(_ address: String) throws {
        try keeper.errors.line(with: "no longer answers for \(address)")
    }

    func restartGuard(while body: () throws -> Void) throws {
        try keeper.end(by: SIGKILL)
        try body()
        keeper = try kept.startGuard()
    }

    /// Where packets for each address go that the uplink answers for. A listing may have an entry twice, when entries come
    /// and go meanwhile.
    var answered: [String: String] {
        get throws {
            let routes = kept.routes
            let links = Dictionary(try routes.links().map { ($0.index, $0.name.description) }) { $1 }
            let leads = Dictionary(try routes.hostRoutes().map { ($0.address, links[$0.interface] ?? "?") }) { $1 }
            let proxies = try routes.proxies(on: try kept.link.index)
            return Dictionary(proxies.map { ($0.address.description, leads[$0.address] ?? "no route") }) { $1 }
        }
    }

    /// How many single routes there are.
    var routeCount: Int { get throws { try kept.routes.hostRoutes().count } }

    /// Whether one single packet from far away gets its answer, and the first question of the router too.
    func reaches(_ address: String) throws -> Bool {
        try kept.router.sh("ip neigh flush dev up0")
        let before = try solicitations
        guard try pings(address) else { return false }
        return try solicitations == before + 1
    }

    /// Whether a packet from far away gets its answer; the kernel may lose one (see `KeptHost.isOnline`).
    func pings(_ address: String) throws -> Bool {
        try kept.router.run {
            try Child.run("/usr/bin/ping", ["-6", "-n", "-c", "1", "-w", "20", "-I", "2001:db8:ffff::1", address]) == 0
        }
    }

    /// How often the router has asked all hosts on the link for one.
    private var solicitations: Int {
        get throws {
            let path = "/proc/thread-self/net/dev_snmp6/up0"
            let text = try kept.router.run {
                String(
                    decoding: try Descriptor(opening: path, O_RDONLY).readAll(limit: 1 << 16, of: path), as: UTF8.self)
            }
            let line = text.split(separator: "\n").first { $0.hasPrefix("Icmp6OutNeighborSolicits") }
            guard let number = line?.split(separator: " ").last.flatMap({ Int($0.filter(\.isNumber)) }) else {
                throw FixtureError("no count of solicitations in \(text)")
            }
            return number
        }
    }
}

/// What a virtual machine is to its host: a namespace with a link to a port of a bridge.
final class PluggedGuest {
    let namespace: NetworkNamespace
    let port: String
    private let host: NetworkNamespace

    init(number: Int, _ bridge: String, of host: NetworkNamespace) throws {
        self.host = host
        namespace = try NetworkNamespace()
        port = "vnet\(number)"
        try host.sh(
            """
            ip link add \(port) type veth peer name eth0 address 02:00:00:00:01:0\(number) netns \(namespace.name)
            ip link set \(port) master \(bridge) up
            """)
        try namespace.sh("echo 0 >/proc/sys/net/ipv6/conf/eth0/accept_dad; ip link set eth0 up")
        // The kernel may take a second to see that a new link has a carrier; until then it drops what is sent.
        guard try reachesHost() else { throw FixtureError("the guest at '\(port)' does not reach its host") }
    }

    /// Whether the host answers within 20 seconds.
    func reachesHost() throws -> Bool {
        try namespace.run {
            try Child.run("/usr/bin/ping", ["-6", "-n", "-q", "-c", "1", "-w", "20", "fe80::1%eth0"]) == 0
        }
    }

    /// Takes an address without a word, and with it the host for its gateway.
    func take(_ address: String) throws {
        try namespace.sh(
            "ip address add \(address)/64 dev eth0 nodad; ip -6 route replace default via fe80::1 dev eth0")
    }

    /// Takes an address after it has asked whether it is somebody else's.
    func claim(_ address: String) throws {
        try namespace.sh(
            """
            echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_dad
            ip address add \(address)/64 dev eth0; ip -6 route replace default via fe80::1 dev eth0
            """)
    }

    /// Whether what is behind the router answers.
    func isOnline() throws -> Bool {
        try namespace.run {
            try Child.run("/usr/bin/ping", ["-6", "-n", "-c", "1", "-w", "20", "2001:db8:ffff::1"]) == 0
        }
    }

    func move(to bridge: String) throws { try host.sh("ip link set \(port) master \(bridge)") }
    func unplug() throws { try host.sh("ip link delete \(port)") }
}

/// Hears that routes change, whichever.
final class RouteEars {
    private let socket: Descriptor
    var descriptor: Int32 { socket.raw }

    init() throws {
        let type = Int32(SOCK_RAW.rawValue | SOCK_NONBLOCK.rawValue)
        socket = try Descriptor(socket: AF_NETLINK, type, NETLINK_ROUTE, for: "a netlink socket")
        var address = sockaddr_nl()
        address.nl_family = sa_family_t(AF_NETLINK)
        address.nl_groups = UInt32(RTMGRP_IPV6_ROUTE)
        let length = socklen_t(MemoryLayout<sockaddr_nl>.size)
        try check("bind a netlink socket") { keep6_bind(socket.raw, &address, length) }
    }

    /// Looks again after each change until it is so, at most a minute.
    func wait(for what: String, until isMet: () throws -> Bool) throws {
        let deadline = Instant.now.advanced(by: .seconds(60))
        while try !isMet() {
            guard try poll(descriptor, before: deadline, for: what) else {
                throw FixtureError("\(what) did not come in 60 seconds")
            }
            drain()
        }
    }

    private func drain() {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while recv(socket.raw, &buffer, buffer.count, 0) >= 0 || keep6_errno() == ENOBUFS {}
    }
}
