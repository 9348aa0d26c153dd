// The lines of a host's files that name networks of guests, whatever for.
import Internet

/// One line of a file that names networks of guests, and the uplink that it is for.
struct GuestOptionLine {
    let place: FileLine
    let option: WishOption
    let uplink: InterfaceName?
    /// The uplink's static addresses.
    let addresses: [InterfaceAddress]
    /// Whether the same stanza, or file, has a prefix asked for.
    let asksForPrefix: Bool

    /// Those with this key, in the order of the files.
    static func all(_ key: WishKey, in interfaces: InterfacesTree?, _ network: NetworkTree) -> [GuestOptionLine] {
        (interfaces.map { stanzaLines(key, in: $0) } ?? []) + fileLines(key, in: network)
    }

    private static func stanzaLines(_ key: WishKey, in interfaces: InterfacesTree) -> [GuestOptionLine] {
        interfaces.kept.flatMap { stanza -> [GuestOptionLine] in
            guard let uplink = interfaces.uplinks(of: stanza).first else { return [] }
            let stated = stanza.wish(for: uplink)
            let lines = stanza.options.filter { $0.name == key.name(in: .stanza) }.flatMap(\.lines)
            return lines.map { line in
                GuestOptionLine(
                    place: line.place, option: WishOption(name: line.name, value: line.value), uplink: uplink,
                    addresses: stated.allAddresses,
                    asksForPrefix: stated.wish.delegation != nil)
            }
        }
    }

    private static func fileLines(_ key: WishKey, in network: NetworkTree) -> [GuestOptionLine] {
        network.kept.flatMap { file in
            file.assignments(in: NetworkFile.wishSection).filter { $0.wishOption.key == key }.map { line in
                GuestOptionLine(
                    place: line.place, option: line.wishOption, uplink: NetworkMatch(file).literalNames.first,
                    addresses: file.staticAddresses, asksForPrefix: NetworkSettings(file).asksByDHCPv6)
            }
        }
    }

    func finding(_ severity: Finding.Severity, _ reason: String) -> Finding {
        Finding(place, severity, Complaint(option: option, reason: reason).description)
    }

    /// No network and no bridge has the name.
    func unknown(_ name: NetworkName) -> Finding {
        finding(
            .error,
            "there is no libvirt network or bridge '\(name)'; 'virsh net-list --all' shows the networks,"
                + " 'ip link show type bridge' the bridges")
    }
}
