// What `keep6 check` must know of the host to judge for which guests an uplink is to answer.
import CLinux
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
        facts.ndppd = ndppdStart
        return facts
    }

    /// What starts ndppd, which does nothing without its file. Debian's package has an init script alone.
    private static var ndppdStart: String? {
        guard access("/etc/ndppd.conf", F_OK) == 0 else { return nil }
        let directory = "/etc/rc2.d"
        let scripts = ((try? Directory.names(in: directory)) ?? []).filter {
            $0.hasPrefix("S") && $0.hasSuffix("ndppd")
        }
        return EnabledUnit.link(to: "ndppd.service") ?? scripts.sorted().first.map { "\(directory)/\($0)" }
    }

    /// A link that is down has none, which says nothing of when it is up.
    private static func prefixes(of link: Link) -> [InterfaceAddress]? {
        guard link.isUp else { return nil }
        return try? RouteSocket().onLinkPrefixes(of: link.index)
    }
}
