// What is wrong with the networks for whose guests an uplink is to answer.
import Internet

/// Compares the `keep6-proxy` options of a host's files with what is there.
package struct ProxyCheck: ConfigurationCheck {
    private let lines: [GuestOptionLine]
    private let facts: HostFacts

    package init(_ interfaces: InterfacesTree?, _ network: NetworkTree, _ facts: HostFacts) {
        lines = GuestOptionLine.all(.proxy, in: interfaces, network)
        self.facts = facts
    }

    package func findings() -> [Finding] {
        var all = lines.flatMap { findings(in: $0) }
        if !lines.isEmpty, let path = facts.ndppd {
            all.append(Finding(FileLine(file: path, line: 0), .warning, Sentence.ndppd))
        }
        return all
    }

    private func findings(in line: GuestOptionLine) -> [Finding] {
        let names = words(line.option.value).compactMap { NetworkName($0) }
        var found = names.compactMap { finding(of: $0, in: line) }
        if facts.forwarding == false, names.contains(where: { facts.owner($0) == .bridge }) {
            found.append(line.finding(.warning, Sentence.noForwarding))
        }
        guard !names.isEmpty, let prefixes = prefixes(of: line) else { return found }
        guard !prefixes.isEmpty else { return found + [line.finding(.warning, Sentence.noPrefix)] }
        for name in names {
            guard let foreign = facts.guestPrefixes(name), !foreign.isEmpty,
                !foreign.contains(where: { guest in prefixes.contains { $0.covers(guest.address) } })
            else { continue }
            found.append(line.finding(.warning, Sentence.otherPrefix(name, foreign, prefixes)))
        }
        return found
    }

    private func finding(of name: NetworkName, in line: GuestOptionLine) -> Finding? {
        if name.description == line.uplink?.description { return line.finding(.error, Sentence.onUplink(name)) }
        return facts.owner(name) == nil ? line.unknown(name) : nil
    }

    /// Those on the link, or, before it is there, those of its static addresses.
    private func prefixes(of line: GuestOptionLine) -> [InterfaceAddress]? {
        if let uplink = line.uplink, let prefixes = facts.prefixes(uplink) { return prefixes }
        return line.addresses.isEmpty ? nil : line.addresses.filter { $0.prefixLength < 128 }
    }
}

// MARK: - What it says

private enum Sentence {
    static let ndppd =
        "ndppd starts at boot and also answers for guests, even for those that are gone; run"
        + " 'systemctl disable --now ndppd.service'"

    static let noForwarding =
        "forwarding is off, so nothing reaches the guests; write 'net.ipv6.conf.all.forwarding=1' into a"
        + " file in /etc/sysctl.d, and run 'systemctl restart systemd-sysctl'"

    static let noPrefix =
        "the uplink's link has no prefix, so there is no address to answer for; write the uplink's own address"
        + " with the length of the provider's prefix (2001:db8:1::10/64)"

    static func otherPrefix(
        _ name: NetworkName, _ foreign: [InterfaceAddress], _ prefixes: [InterfaceAddress]
    ) -> String {
        "'\(name)' has \(list(foreign)), and none is on the uplink's link (\(list(prefixes)));"
            + " give it an address with that prefix"
    }

    static func onUplink(_ name: NetworkName) -> String {
        "guests on the uplink itself need no proxy; remove '\(name)'"
    }

    private static func list(_ prefixes: [InterfaceAddress]) -> String {
        prefixes.map(\.description).joined(separator: ", ")
    }
}
