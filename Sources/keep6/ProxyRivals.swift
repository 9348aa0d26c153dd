// What `keep6 check` must know of the host to judge for which guests an uplink is to answer.
import Host
import Internet
import Keep6
import Linux
import Netlink

extension ProxyFacts {
    /// As it is now.
    static var host: ProxyFacts {
        var facts = ProxyFacts()
        let links = (try? RouteSocket().links()) ?? []
        facts.owner = { name in
            if GuestNetwork(name).isLibvirts { return .libvirt }
            return GuestNetwork(name).bridge(among: links) == nil ? nil : .bridge
        }
        facts.prefixes = { name in links.first { $0.name == name }.flatMap { prefixes(of: $0) } }
        facts.guestPrefixes = { name in GuestNetwork(name).bridge(among: links).flatMap { prefixes(of: $0) } }
        facts.forwarding = (try? Sysctl("forwarding", of: nil).read()).map { $0 != 0 }
        facts.ndppd = EnabledUnit.link(to: "ndppd.service")
        return facts
    }

    /// A link that is down has none, which says nothing of when it is up.
    private static func prefixes(of link: Link) -> [InterfaceAddress]? {
        guard link.isUp else { return nil }
        return try? RouteSocket().onLinkPrefixes(of: link.index)
    }
}
