// What `keep6 check` must know about the host to judge the networks of `keep6-proxy`.
import CLinux
import Configuration
import Host
import Internet
import Linux
import Netlink

extension HostFacts {
    /// The current state.
    static var host: HostFacts {
        var facts = HostFacts()
        let links = (try? Rtnetlink().links()) ?? []
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

    /// The link that starts ndppd, which does nothing without its file. Debian's package has only an init script.
    private static var ndppdStart: String? {
        guard access("/etc/ndppd.conf", F_OK) == 0 else { return nil }
        let directory = "/etc/rc2.d"
        let scripts = ((try? Directory.names(in: directory)) ?? []).filter {
            $0.hasPrefix("S") && $0.hasSuffix("ndppd")
        }
        return EnabledUnit.link(to: "ndppd.service") ?? scripts.sorted().first.map { "\(directory)/\($0)" }
    }

    /// A link that is down has no addresses, which tells nothing about the time when it is up.
    private static func prefixes(of link: Link) -> [InterfaceAddress]? {
        guard link.isUp else { return nil }
        return try? Rtnetlink().onLinkPrefixes(of: link.index)
    }
}
