// Systemd units that run a DHCPv6 client of their own, as the pages of providers have people write them.

/// A service that is enabled, and what its file says.
package struct EnabledService {
    /// `dhclient.service`
    package let name: String
    /// What enables it, as `keep6 check` names it.
    package let link: String
    package let text: String

    package init(name: String, link: String, text: String) {
        self.name = name
        self.link = link
        self.text = text
    }

    /// The commands that it starts with (systemd.service(5), "Command lines").
    fileprivate var commands: [[String]] {
        text.split(separator: "\n").flatMap { line -> [[String]] in
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, words(String(parts[0])) == ["ExecStart"] else { return [] }
            return simpleCommands(String(parts[1].drop { "-@:+!| ".contains($0) }))
        }
    }
}

/// Finds clients beside the one that asks for a prefix, and one that asks where keep6 cannot see it.
package struct ClientUnitCheck: ConfigurationCheck {
    private let interfaces: InterfacesTree?
    private let network: NetworkTree
    private let services: [EnabledService]
    private let read: (_ path: String) -> String?

    /// Clients that do nothing else, by the names of their programs in Debian.
    private static let others = ["dhcp6c", "dibbler-client", "odhcp6c"]

    /// - Parameters:
    ///   - interfaces: nil if the host has no such file.
    ///   - read: a file's text; nil if it cannot be read.
    package init(
        _ interfaces: InterfacesTree?, _ network: NetworkTree, services: [EnabledService],
        read: @escaping (_ path: String) -> String?
    ) {
        self.interfaces = interfaces
        self.network = network
        self.services = services
        self.read = read
    }

    package func findings() -> [Finding] {
        let kept = interfaces?.kept ?? []
        let asking: String? =
            kept.contains { !$0.delegationLines.isEmpty }
            ? "keep6-delegation" : network.kept.contains { NetworkSettings($0).asksByDHCPv6 } ? "networkd" : nil
        guard asking != nil || !kept.isEmpty else { return [] }
        return services.compactMap { finding(of: $0, asking, kept.first?.interface) }
    }

    private func finding(of service: EnabledService, _ asking: String?, _ uplink: String?) -> Finding? {
        let dhclient = service.commands.lazy.compactMap { DhclientCommand($0) }.first
        let other = service.commands.lazy.compactMap { $0.first }.first { path in
            Self.others.contains { path == $0 || path.hasSuffix("/\($0)") }
        }
        let place = FileLine(file: service.link, line: 0)
        if let asking {
            guard dhclient != nil || other != nil else { return nil }
            return Finding(place, .warning, Sentence.asksToo(service.name, asking))
        }
        guard let dhclient, let uplink else { return nil }
        let advice = dhclient.advice(read, "the inet6 stanza of '\(uplink)'")
        return Finding(place, .warning, Sentence.asksUnseen(service.name, advice))
    }
}

// MARK: - What it says

private enum Sentence {
    static func asksToo(_ service: String, _ asking: String) -> String {
        "\(service) is enabled and asks for a delegated prefix on the same port as \(asking), so"
            + " answers reach only one of them; run 'systemctl disable --now \(service)'"
    }

    static func asksUnseen(_ service: String, _ advice: String) -> String {
        "\(service) is enabled; it asks for a delegated prefix but adds no route, so keep6 cannot see it;"
            + " run 'systemctl disable --now \(service)', and \(advice)"
    }
}
