// What ifup reads, on this host, and what of it still holds for an uplink that is up.
import CLinux
import Configuration
import Internet
import Linux

extension InterfacesProgram {
    /// The one that this host's ifup is, ifupdown where there is none.
    package static var ofHost: InterfacesProgram {
        InterfacesProgram(ifupLeadsTo: try? Directory.target(ofLink: "/sbin/ifup"))
    }
}

extension InterfacesTree {
    /// What the host's ifup reads (interfaces(5)).
    package static var ofHost: InterfacesTree {
        InterfacesTree(reading: InterfacesTree.path, with: .host, for: .ofHost)
    }
}

extension KeptUplink {
    /// Without what ifup configured and its stanza has no longer: who writes another address there and then takes the old one
    /// away means it, as `ifreload` of ifupdown2 does. A file without a stanza is being written just now.
    package var asWritten: KeptUplink {
        guard manager == .ifupdown, !staticAddresses.isEmpty else { return self }
        let tree = InterfacesTree.ofHost
        guard !tree.stanzas.isEmpty else { return self }
        let written = tree.staticAddresses(of: wish.uplink)
        var kept = self
        kept.staticAddresses.removeAll { !written.contains($0) }
        return kept
    }
}
