// Links that both ifupdown and networkd are told to configure.
import Internet

/// Compares the stanzas of a host with its `.network` files.
package struct SharedLinkCheck: ConfigurationCheck {
    private let interfaces: InterfacesTree
    private let network: NetworkTree
    private let lookUp: (InterfaceName) -> KnownLink

    /// - Parameter lookUp: what is known of the link of this name, its name if nothing else.
    package init(
        _ interfaces: InterfacesTree, _ network: NetworkTree,
        lookUp: @escaping (InterfaceName) -> KnownLink = { KnownLink($0) }
    ) {
        self.interfaces = interfaces
        self.network = network
        self.lookUp = lookUp
    }

    /// What concerns a link that keep6 keeps, in the order of the stanzas.
    package func findings() -> [Finding] {
        interfaces.stanzas.flatMap { stanza in
            interfaces.uplinks(of: stanza).compactMap { finding(of: stanza, for: $0) }
        }
    }

    private func finding(of stanza: Stanza, for uplink: InterfaceName) -> Finding? {
        guard case .one(let file) = network.applied(to: lookUp(uplink)), !NetworkSettings(file).isUnmanaged else {
            return nil
        }
        let isKept = stanza.isKept
        if isKept, file.isKept {
            return Finding(stanza.place, .error, Sentence.keptTwice(uplink, file))
        }
        guard isKept || file.isKept, !["manual", "loopback", "none"].contains(stanza.method) else { return nil }
        return Finding(stanza.place, .warning, Sentence.configuredTwice(uplink, file))
    }
}

// MARK: - What it says

private enum Sentence {
    static func keptTwice(_ uplink: InterfaceName, _ file: NetworkFile) -> String {
        "both programs configure '\(uplink)': 'keep6 yes' is here, [X-Keep6] in \(file.path); keep the line"
            + " of the program that should configure the link, and remove the other stanza or file"
    }

    static func configuredTwice(_ uplink: InterfaceName, _ file: NetworkFile) -> String {
        "ifupdown, with this stanza, and systemd-networkd, with \(file.path), both configure '\(uplink)', and"
            + " each treats the other's addresses and routes as foreign; remove the stanza or the file"
    }
}
