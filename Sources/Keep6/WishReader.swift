// From options, as written in a stanza, to a wish; what cannot be read becomes a complaint and the rest holds.
import Internet

/// One option as its author wrote it: `keep6-wait 30`.
public struct WishOption: Equatable, Sendable {
    public let name: String
    public let value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// Why an option was not taken: the option, its value, and a clause that says what is wrong and what would be right.
public struct Complaint: Error, Equatable, Sendable, CustomStringConvertible {
    public let option: WishOption
    public let reason: String

    public init(option: WishOption, reason: String) {
        self.option = option
        self.reason = reason
    }

    public var description: String { "option '\(option.name) \(option.value)': \(reason)" }
}

extension Wish {
    /// Whether these options ask for the uplink to be kept; a `keep6` that is neither yes nor no is a complaint.
    public static func isWanted(_ options: [WishOption]) -> Result<Bool, Complaint> {
        guard let option = options.last(where: { $0.name == "keep6" }) else { return .success(false) }
        switch option.value {
        case "yes", "true", "1": return .success(true)
        case "no", "false", "0", "": return .success(false)
        default: return .failure(Complaint(option: option, reason: "it must be yes or no; the interface is not kept"))
        }
    }

    /// Takes every option that starts with `keep6-` or is `address`; returns what it could not take.
    public mutating func take(_ options: [WishOption]) -> [Complaint] {
        options.compactMap { option in
            take(option).map { Complaint(option: option, reason: $0) }
        }
    }

    private mutating func take(_ option: WishOption) -> String? {
        let value = option.value
        switch option.name {
        case "keep6-address": return takeAddresses(value)
        case "keep6-accept-ra":
            switch value {
            case "auto": acceptRA = .auto
            case "0", "1", "2": acceptRA = .fixed(value == "0" ? 0 : value == "1" ? 1 : 2)
            default: return "it must be auto, 2, 1 or 0; auto is used"
            }
        case "keep6-default-route":
            if value == "ra" {
                defaultRoute = .routerAdvertisement
            } else if value == "off" {
                defaultRoute = .off
            } else if let gateway = IPv6Address(value), !gateway.isMulticast, !gateway.isUnspecified,
                !gateway.isLoopback
            {
                defaultRoute = .gateway(gateway)
            } else {
                return "it must be ra, off or a gateway's IPv6 address; ra is used"
            }
        case "keep6-start": return takeUnits(value)
        case "keep6-wait":
            guard let seconds = Int(value), (0...3600).contains(seconds) else {
                return "it must be a number of seconds from 0 to 3600; nothing is waited for"
            }
            wait = seconds
        case "keep6-firewall", "keep6-router", "keep6-delegation", "keep6-guests", "keep6-proxy":
            return "this version of keep6 does not have it yet; it is ignored"
        case let name where name.hasPrefix("keep6-"):
            return "keep6 knows no such option; it is ignored"
        default: break
        }
        return nil
    }

    private mutating func takeAddresses(_ value: String) -> String? {
        var wrong: [String] = []
        for word in words(value) {
            if let address = InterfaceAddress(word), word.contains("/"), Wish.canBeAssigned(address.address) {
                if !addresses.contains(address) { addresses.append(address) }
            } else {
                wrong.append(word)
            }
        }
        guard wrong.isEmpty else {
            return "'\(wrong.joined(separator: "', '"))' is no unicast address with its prefix length"
                + " (2001:db8::1/64); it is ignored"
        }
        return nil
    }

    private static func canBeAssigned(_ address: IPv6Address) -> Bool {
        !address.isMulticast && !address.isUnspecified && !address.isLoopback
    }

    private mutating func takeUnits(_ value: String) -> String? {
        var wrong: [String] = []
        for word in words(value) {
            if let unit = UnitName(word) {
                if !start.contains(unit) { start.append(unit) }
            } else {
                wrong.append(word)
            }
        }
        guard wrong.isEmpty else {
            return "'\(wrong.joined(separator: "', '"))' is no name of a systemd unit (libvirtd.service); it is ignored"
        }
        return nil
    }
}

/// The words of a value; ifupdown joins an option that is written several times by line ends.
func words(_ value: String) -> [String] {
    value.split { $0 == " " || $0 == "\t" || $0 == "\n" }.map(String.init)
}
