// The host's side of numbering the networks of guests: what there is, what is remembered, what is put and taken back.
import Configuration
import Firewall
import Internet
import Linux
import Netlink
import Presentation
import StateMachines

/// The networks of guests of one uplink, as `keep6-guests` names them.
package struct GuestAddressing {
    private let uplink: InterfaceName
    private let wish: Wish
    private let routes: Rtnetlink

    package init(of uplink: InterfaceName, _ wish: Wish, _ routes: Rtnetlink) {
        self.uplink = uplink
        self.wish = wish
        self.routes = routes
    }

    private static let directory = "/var/lib/keep6/guests"
    private var path: String { "\(GuestAddressing.directory)/\(uplink)" }

    /// The stored memory; empty if there is no file. It reports a truncated file, and returns an empty memory.
    package func memory(_ log: Log) -> GuestMemory {
        let consequence = "a prefix that guests had before is not withdrawn"
        let memory = log[uplink].read(path, orElse: consequence) { text throws(Malformed) in
            try GuestMemory(text: text)
        }
        return memory ?? GuestMemory()
    }

    package func remember(_ memory: GuestMemory) throws(SystemError) {
        try StateFile.makeDirectory(GuestAddressing.directory)
        try StateFile.replace(path, with: memory.text)
        try StateFile.syncDirectory(GuestAddressing.directory)
    }

    /// The prefixes and the bridges as they are now. A prefix that keep6 asked for has lifetimes; of others the kernel
    /// tells none, and they are good for as long as their route is there.
    package func snapshot(_ log: Log) throws(SystemError) -> GuestNumbering.Snapshot {
        let delegated: [DelegatedPrefix]
        if wish.delegation != nil {
            delegated = DelegationFiles.memory(uplink, log)?.prefixes ?? []
        } else {
            delegated = try routes.unreachableRoutes().compactMap { DelegatedPrefix($0) }
        }
        return GuestNumbering.Snapshot(delegated: delegated, bridges: try bridges())
    }

    /// The networks as they are now, in the order of the wish.
    package func status(_ log: Log) throws(SystemError) -> [GuestStatus] {
        guard !wish.guests.isEmpty else { return [] }
        let bridges = try bridges()
        let state = GuestNumbering(wish.guests, memory: memory(log))
        return wish.guests.map { subnet in
            let bridge = bridges[subnet.network]
            let own = bridge.map { state.own(on: [subnet.network: $0]) } ?? []
            return GuestStatus(network: subnet.network, bridge: bridge?.name, addresses: own)
        }
    }

    private func bridges() throws(SystemError) -> [NetworkName: GuestNumbering.Bridge] {
        let links = try routes.links()
        var bridges: [NetworkName: GuestNumbering.Bridge] = [:]
        for subnet in wish.guests {
            // An address with a lifetime that is added before the link is up gets no route when it is (net/ipv6/addrconf.c).
            guard let link = GuestNetwork(subnet.network).bridge(among: links), link.name != uplink, link.isUp else {
                continue
            }
            bridges[subnet.network] = GuestNumbering.Bridge(
                interface: link.index, name: link.name, addresses: try routes.addresses(of: link.index))
        }
        return bridges
    }

    /// Removes the addresses from the bridges, even if one removal fails; their guests lose the prefix.
    package func release(_ log: Log) {
        guard !wish.guests.isEmpty else { return }
        let state = GuestNumbering(wish.guests, memory: memory(log))
        do throws(SystemError) {
            for address in state.own(on: try bridges()) {
                do throws(SystemError) { try routes.remove(address) } catch {
                    if error.code != Address.isNotThere { log[uplink].warning("\(error).") }
                }
            }
        } catch {
            log[uplink].warning(
                "\(error); the networks of guests may have an address of its prefix left.")
        }
        do throws(Failure) { try Ip6tables().forward([:], from: uplink) } catch {
            log[uplink].warning(
                "\(error); the chain \(GuestForwarding.chain(of: uplink)) may be left.")
        }
    }
}
