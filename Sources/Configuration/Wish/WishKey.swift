// What a wish consists of, and how each part is called where it is written.
import Text

/// Where a wish is written, and so how it is spelt.
package enum WishNotation: Hashable, Sendable {
    /// An `iface` stanza: `keep6-wait 30` (interfaces-keep6(5)).
    case stanza
    /// The `[X-Keep6]` section of a `.network` file: `Wait=30` (keep6.network(5)).
    case networkFile
}

/// A part of a wish.
package enum WishKey: CaseIterable, Sendable {
    case enable, address, acceptRA, defaultRoute, start, wait, firewall, router, delegation, guests, proxy

    /// Its name; nil if it cannot be written there.
    package func name(in notation: WishNotation) -> String? {
        notation == .stanza ? stanzaName : networkFileName
    }

    private var stanzaName: String {
        switch self {
        case .enable: "keep6"
        case .address: "keep6-address"
        case .acceptRA: "keep6-accept-ra"
        case .defaultRoute: "keep6-default-route"
        case .start: "keep6-start"
        case .wait: "keep6-wait"
        case .firewall: "keep6-firewall"
        case .router: "keep6-router"
        case .delegation: "keep6-delegation"
        case .guests: "keep6-guests"
        case .proxy: "keep6-proxy"
        }
    }

    /// Delegation is networkd's own `[DHCPv6]`.
    private var networkFileName: String? {
        switch self {
        case .enable: "Enable"
        case .address: "Address"
        case .acceptRA: "AcceptRA"
        case .defaultRoute: "DefaultRoute"
        case .start: "Start"
        case .wait: "Wait"
        case .firewall: "Firewall"
        case .router: "Router"
        case .delegation: nil
        case .guests: "Guests"
        case .proxy: "Proxy"
        }
    }

    /// Whether each further line adds to what the others say.
    package var isList: Bool {
        switch self {
        case .address, .start, .router, .guests, .proxy: true
        default: false
        }
    }
}

/// One option as its author wrote it: `keep6-wait 30` or `Wait=30`.
package struct WishOption: Equatable, Sendable, CustomStringConvertible {
    package let name: String
    package let value: String
    let notation: WishNotation

    package init(name: String, value: String, notation: WishNotation = .stanza) {
        self.name = name
        self.value = value
        self.notation = notation
    }

    /// The part of a wish that it is; nil if keep6 knows no such option.
    package var key: WishKey? { WishKey.allCases.first { $0.name(in: notation) == name } }

    package var description: String { notation == .stanza ? "\(name) \(value)" : "\(name)=\(value)" }

    /// The option that its author may have meant, as it is to be written.
    var likelyName: String? {
        let names = WishKey.allCases.compactMap { $0.name(in: notation) }
        return nearest(to: name, among: names).map { notation == .stanza ? $0 : $0 + "=" }
    }
}
