// From a .network file to the wish in its [X-Keep6] section, and the addresses that networkd configures.
import Internet

extension NetworkFile {
    /// The section that networkd ignores and keep6 reads (systemd.syntax(7), "X-").
    static let wishSection = "X-Keep6"

    /// Whether the file asks for its links to be kept: it has the section, without `Enable=no`.
    package var isKept: Bool {
        guard !sections(named: NetworkFile.wishSection).isEmpty else { return false }
        return enable.isEnabled
    }

    /// The wish that the file states for one of its links, and what cannot be taken of it; nil if it states none.
    package func wish(for uplink: InterfaceName) -> StatedWish? {
        guard isKept else { return nil }
        var stated = StatedWish(uplink: uplink)
        stated.staticAddresses = staticAddresses
        stated.complaints = enable.complaints
        for assignment in assignments(in: NetworkFile.wishSection) {
            stated.complaints += stated.wish.apply([assignment.wishOption]).map {
                LocatedComplaint(place: assignment.place, complaint: $0)
            }
        }
        return stated
    }

    /// What the last `Enable=` that can be read says; the section alone says yes.
    private var enable: (isEnabled: Bool, complaints: [LocatedComplaint]) {
        var isEnabled = true
        var complaints: [LocatedComplaint] = []
        for assignment in assignments(in: NetworkFile.wishSection) where assignment.wishOption.key == .enable {
            if let value = assignment.value.isEmpty ? true : assignment.boolean {
                isEnabled = value
            } else {
                let reason = "it must be yes or no; keep6 uses \(isEnabled ? "yes" : "no")"
                let complaint = Complaint(option: assignment.wishOption, reason: reason)
                complaints.append(LocatedComplaint(place: assignment.place, complaint: complaint))
            }
        }
        return (isEnabled, complaints)
    }

    /// The IPv6 addresses of `[Network] Address=` and the `[Address]` sections, in the order of the file, each once.
    ///
    /// An empty one takes back those before it in `[Network]`, and its own in an `[Address]` (so since systemd 253;
    /// 252 ignores it). Without a length it is 128; one of networkd's pool (`::/64`) is not known beforehand.
    package var staticAddresses: [InterfaceAddress] {
        var addresses: [InterfaceAddress] = []
        for address in locatedAddresses where !addresses.contains(address.value) { addresses.append(address.value) }
        return addresses
    }

    /// The same with their lines, repeated ones too.
    var locatedAddresses: [(value: InterfaceAddress, place: FileLine)] {
        var addresses: [(value: InterfaceAddress, place: FileLine)] = []
        for section in sections where section.name == "Network" || section.name == "Address" {
            var own: [(value: InterfaceAddress, place: FileLine)] = []
            for assignment in section.assignments where assignment.key == "Address" {
                if section.name == "Address" { own = [] }
                if assignment.value.isEmpty {
                    own = []
                    if section.name == "Network" { addresses = [] }
                } else if let address = InterfaceAddress(assignment.value), address.address.isAssignable {
                    own.append((address, assignment.place))
                }
            }
            addresses += own
        }
        return addresses
    }
}

extension NetworkAssignment {
    var wishOption: WishOption { WishOption(name: key, value: value, notation: .networkFile) }
}

extension NetworkTree {
    /// Which file networkd applies to a link, as far as that can be told.
    package enum Applied: Equatable, Sendable {
        case none
        case one(NetworkFile)
        /// The first of these that turns out to match, if one does.
        case cannotTell([NetworkFile])
    }

    /// The first file that matches, by name of the file; networkd ignores all later ones (systemd.network(5)).
    package func applied(to link: KnownLink) -> Applied {
        var possible: [NetworkFile] = []
        for file in files where !file.isRefused {
            switch NetworkMatch(file).outcome(for: link) {
            case .differs: continue
            case .cannotTell: possible.append(file)
            case .matches: return possible.isEmpty ? .one(file) : .cannotTell(possible + [file])
            }
        }
        return possible.isEmpty ? .none : .cannotTell(possible)
    }

    /// The path of a file that masquerades IPv6: one such link turns forwarding on for all (systemd 256,
    /// `link_set_ip_forwarding`). Those that systemd brings do so too, but only where systemd-nspawn or systemd-vmspawn
    /// runs.
    package var masquerader: String? {
        let masquerading = files.first { file in
            !file.path.hasPrefix("/usr/lib/") && !file.path.hasPrefix("/lib/") && !file.isRefused
                && NetworkSettings(file).masquerades.contains(.ipv6)
        }
        return masquerading?.path
    }

    /// The files whose links are kept and that networkd does not refuse.
    package var kept: [NetworkFile] { files.filter { $0.isKept && !$0.isRefused } }
}
