// What is wrong with the networks that are to be numbered from a delegated prefix.
import Internet

/// Compares the `keep6-guests` options of a host's files with what is there.
public struct GuestCheck {
    private let lines: [GuestLine]
    /// Whose a network is; nil if there is none of that name.
    private let owner: (NetworkName) -> ProxyFacts.Owner?
    /// A libvirt network's XML.
    private let xml: (NetworkName) -> [UInt8]?

    public init(
        _ interfaces: InterfacesTree?, _ network: NetworkTree, owner: @escaping (NetworkName) -> ProxyFacts.Owner?,
        xml: @escaping (NetworkName) -> [UInt8]?
    ) {
        lines = GuestLine.all(.guests, in: interfaces, network)
        self.owner = owner
        self.xml = xml
    }

    /// All that is wrong, in the order of the files, each once.
    public func findings() -> [Finding] {
        var seen: Set<Finding> = []
        return lines.flatMap { line in
            let networks = words(line.option.value).compactMap { GuestSubnet($0)?.network }
            return networks.compactMap { finding(of: $0, in: line) } + prefixFindings(in: line)
        }.filter { seen.insert($0).inserted }
    }

    private func prefixFindings(in line: GuestLine) -> [Finding] {
        guard !line.asksForPrefix else { return [] }
        return [
            line.finding(
                .warning,
                "nothing here asks for a prefix to number them from; write 'keep6-delegation DUID' into the stanza, or"
                    + " 'DHCP=ipv6' into the '[Network]' section of a .network file")
        ]
    }

    private func finding(of name: NetworkName, in line: GuestLine) -> Finding? {
        guard let owner = owner(name) else { return line.unknown(name) }
        guard owner == .libvirt, let text = xml(name), let plan = GuestPreparation(text) else { return nil }
        let lacking = plan.missing.map { part in
            switch part {
            case .address: "an IPv6 address of its own"
            case .range: "a range of dnsmasq's that follows the bridge's addresses"
            case .advertisements: "dnsmasq's router advertisements"
            }
        }
        guard !lacking.isEmpty else { return nil }
        return line.finding(
            .warning,
            "the libvirt network '\(name)' lacks \(lacking.joined(separator: ", and ")), without which its guests get no"
                + " addresses of the prefix; 'keep6 guests prepare \(name)' shows and adds what is missing")
    }
}
