// What is wrong with the networks that are to be numbered from a delegated prefix.
import Internet

/// Compares the `keep6-guests` options of a host's files with what is there.
package struct GuestCheck: ConfigurationCheck {
    private let lines: [GuestOptionLine]
    /// Whose a network is; nil if there is none of that name.
    private let owner: (NetworkName) -> HostFacts.Owner?
    /// A libvirt network's XML.
    private let xml: (NetworkName) -> [UInt8]?
    private let usesNftables: Bool

    /// - Parameter libvirt: the text of libvirt's network.conf, if there is one.
    package init(
        _ interfaces: InterfacesTree?, _ network: NetworkTree, owner: @escaping (NetworkName) -> HostFacts.Owner?,
        xml: @escaping (NetworkName) -> [UInt8]?, libvirt: String? = nil
    ) {
        lines = GuestOptionLine.all(.guests, in: interfaces, network)
        self.owner = owner
        self.xml = xml
        usesNftables = GuestCheck.usesNftables(libvirt ?? "")
    }

    /// Where `firewall_backend = "nftables"` stands in; Debian's default is iptables.
    private static func usesNftables(_ text: String) -> Bool {
        text.split(separator: "\n").contains { line in
            let sides = line.split(separator: "=", maxSplits: 1).map { side in
                side.split { $0 == " " || $0 == "\t" || $0 == "\"" }.first.map(String.init)
            }
            return sides == ["firewall_backend", "nftables"]
        }
    }

    package func findings() -> [Finding] {
        lines.flatMap { line in
            let networks = words(line.option.value).compactMap { GuestSubnet($0)?.network }
            return networks.flatMap { findings(of: $0, in: line) } + prefixFindings(in: line)
        }
    }

    private func prefixFindings(in line: GuestOptionLine) -> [Finding] {
        line.asksForPrefix ? [] : [line.finding(.warning, Sentence.noPrefix)]
    }

    private func findings(of name: NetworkName, in line: GuestOptionLine) -> [Finding] {
        guard let owner = owner(name) else { return [line.unknown(name)] }
        guard owner == .libvirt, let text = xml(name) else { return [] }
        var findings = LibvirtNetworkPreparation(text).flatMap { lack(of: name, $0, in: line) }.map { [$0] } ?? []
        if usesNftables, LibvirtNetworkXML.forwardMode(in: text) != "open" {
            findings.append(line.finding(.warning, Sentence.rejected(name)))
        }
        return findings
    }

    private func lack(of name: NetworkName, _ plan: LibvirtNetworkPreparation, in line: GuestOptionLine) -> Finding? {
        plan.missing.isEmpty ? nil : line.finding(.warning, Sentence.lack(of: name, plan))
    }
}

// MARK: - What it says

private enum Sentence {
    static let noPrefix =
        "no program asks for a prefix for these networks; write 'keep6-delegation DUID' into the stanza, or"
        + " 'DHCP=ipv6' into the '[Network]' section of a .network file"

    static func rejected(_ name: NetworkName) -> String {
        "libvirt's firewall_backend is nftables, whose rules reject packets of '\(name)' from a"
            + " delegated prefix, and no rule of another table can override them; write 'firewall_backend ="
            + " \"iptables\"' into /etc/libvirt/network.conf and restart libvirt, or give the network"
            + " <forward mode='open'/>"
    }

    static func lack(of name: NetworkName, _ plan: LibvirtNetworkPreparation) -> String {
        let lacking = plan.missing.map { part in
            switch part {
            case .address: "an IPv6 address of its own"
            case .range: "a dnsmasq range that follows the bridge's addresses"
            case .advertisements: "dnsmasq's router advertisements"
            }
        }
        return "the libvirt network '\(name)' lacks \(lacking.joined(separator: ", and ")), so its guests get no"
            + " addresses from the prefix; run 'keep6 guests prepare \(name)' to add it"
    }
}
