// From options, as written in a stanza or a .network file, to a wish; what cannot be read becomes a complaint and the
// rest holds.
import Internet

extension Wish {
    /// Whether these options ask for the uplink to be kept; a `keep6` that is neither yes nor no is a complaint.
    package static func isWanted(_ options: [WishOption]) -> Result<Bool, Complaint> {
        guard let option = options.last(where: { $0.key == .enable }) else { return .success(false) }
        if option.value.isEmpty { return .success(false) }
        guard let isWanted = stanzaBoolean(option.value) else {
            return .failure(
                Complaint(option: option, reason: "it must be yes or no; keep6 does not keep the interface"))
        }
        return .success(isWanted)
    }

    /// Takes every option of a stanza that starts with `keep6-`, or all of an `[X-Keep6]` section; returns what it
    /// could not take. What is wrong leaves the wish as it was.
    package mutating func apply(_ options: [WishOption]) -> [Complaint] {
        options.compactMap { option in
            apply(option).map { Complaint(option: option, reason: $0) }
        }
    }

    private mutating func apply(_ option: WishOption) -> String? {
        guard let key = option.key else {
            guard option.notation == .networkFile || option.name.hasPrefix("keep6-") else { return nil }
            let advice = option.likelyName.map { " (did you mean '\($0)'?)" } ?? ""
            return "unknown option\(advice); keep6 ignores it"
        }
        if option.value.isEmpty, option.notation == .networkFile {
            reset(key)
            return nil
        }
        switch key {
        case .enable: return nil
        case .address: return setAddresses(option.value)
        case .acceptRA: return setAcceptRA(option.value)
        case .defaultRoute: return setDefaultRoute(option.value)
        case .start: return setUnits(option.value)
        case .wait: return setWait(option.value)
        case .firewall: return setFirewall(option)
        case .router: return setRouters(option.value)
        case .delegation: return setDelegation(option.value)
        case .proxy: return setProxies(option.value)
        case .guests: return setGuests(option.value)
        }
    }

    /// An empty value in a `.network` file takes back what was said before (systemd.syntax(7)).
    private mutating func reset(_ key: WishKey) {
        let fresh = Wish(uplink: uplink)
        switch key {
        case .address: addresses = fresh.addresses
        case .acceptRA: acceptRA = fresh.acceptRA
        case .defaultRoute: defaultRoute = fresh.defaultRoute
        case .start: start = fresh.start
        case .wait: wait = fresh.wait
        case .firewall: firewall = fresh.firewall
        case .router: routers = fresh.routers
        case .proxy: proxies = fresh.proxies
        case .guests: guests = fresh.guests
        case .enable, .delegation: break
        }
    }

    private mutating func setAcceptRA(_ value: String) -> String? {
        guard let wanted = AcceptRA(value) else { return "it must be auto, 2, 1 or 0; keep6 uses \(acceptRA)" }
        acceptRA = wanted
        return nil
    }

    private mutating func setDefaultRoute(_ value: String) -> String? {
        if value == "ra" {
            defaultRoute = .routerAdvertisement
        } else if value == "off" {
            defaultRoute = .off
        } else if let gateway = IPv6Address(value), gateway.isAssignable {
            defaultRoute = .gateway(gateway)
        } else {
            return "it must be ra, off or a gateway's IPv6 address; keep6 uses \(defaultRoute)"
        }
        return nil
    }

    private mutating func setFirewall(_ option: WishOption) -> String? {
        let isYes = option.notation == .networkFile ? systemdBoolean(option.value) : stanzaBoolean(option.value)
        guard let isYes else {
            return "it must be yes or no; keep6 \(firewall ? "restores the firewall" : "leaves the firewall alone")"
        }
        firewall = isYes
        return nil
    }

    private mutating func setWait(_ value: String) -> String? {
        guard let seconds = Int(value), (0...3600).contains(seconds) else {
            let effect = wait == 0 ? "keep6 does not wait" : "keep6 uses \(wait)"
            return "it must be a number of seconds from 0 to 3600; \(effect)"
        }
        wait = seconds
        return nil
    }

    private mutating func setDelegation(_ value: String) -> String? {
        do { delegation = try DelegationRequest(value) } catch { return "\(error); keep6 asks for no prefix" }
        return nil
    }

    private mutating func setAddresses(_ value: String) -> String? {
        parseEach(value, "is not a unicast address with its prefix length (2001:db8::1/64)") { wish, word in
            guard let address = InterfaceAddress(word), word.contains("/"), address.address.isAssignable else {
                return false
            }
            return Wish.add(address, to: &wish.addresses)
        }
    }

    private mutating func setRouters(_ value: String) -> String? {
        let limit = Wish.routerLimit
        let complaint = "is not a router's link-local address (fe80::1), or there are more than \(limit)"
        return parseEach(value, complaint) { wish, word in
            guard let router = IPv6Address(word), router.isLinkLocal else { return false }
            return Wish.add(router, to: &wish.routers, limit: limit)
        }
    }

    private mutating func setProxies(_ value: String) -> String? {
        let complaint = "is not a name of a libvirt network or a bridge, or there are more than \(Wish.proxyLimit)"
        return parseEach(value, complaint) { wish, word in
            Wish.add(NetworkName(word), to: &wish.proxies, limit: Wish.proxyLimit)
        }
    }

    private mutating func setGuests(_ value: String) -> String? {
        let complaint =
            "is not NETWORK or NETWORK:SUBNET (a hexadecimal number), or repeats a network or a number, or"
            + " there are more than \(Wish.guestLimit)"
        return parseEach(value, complaint) { wish, word in
            let subnet = GuestSubnet(word)
            let isOthers = wish.guests.contains {
                $0 != subnet
                    && ($0.network == subnet?.network || $0.number != nil && $0.number == subnet?.number)
            }
            return !isOthers && Wish.add(subnet, to: &wish.guests, limit: Wish.guestLimit)
        }
    }

    private mutating func setUnits(_ value: String) -> String? {
        parseEach(value, "is not a name of a systemd unit (libvirtd.service)") { wish, word in
            Wish.add(UnitName(word), to: &wish.start)
        }
    }

    /// Takes each word of a value; the complaint follows those that were not taken.
    private mutating func parseEach(
        _ value: String, _ complaint: String, _ take: (inout Wish, String) -> Bool
    ) -> String? {
        let wrong = words(value).filter { !take(&self, $0) }
        return wrong.isEmpty ? nil : "'\(wrong.joined(separator: "', '"))' \(complaint); keep6 ignores it"
    }

    /// Adds what is not there yet; false if it is nothing, or there is no room for it.
    private static func add<Value: Equatable>(_ value: Value?, to list: inout [Value], limit: Int = .max) -> Bool {
        guard let value else { return false }
        if list.contains(value) { return true }
        guard list.count < limit else { return false }
        list.append(value)
        return true
    }
}

extension Wish {
    /// At most so many routers are named, or remembered; a link with more is being flooded.
    package static let routerLimit = 16
    /// How many networks one uplink answers for at most.
    static let proxyLimit = 16
    /// How many networks are numbered from what one uplink is delegated at most.
    static let guestLimit = 256
}

private func stanzaBoolean(_ text: String) -> Bool? {
    switch text {
    case "yes", "true", "1": true
    case "no", "false", "0": false
    default: nil
    }
}

extension IPv6Address {
    /// Whether a host's interface can have it.
    var isAssignable: Bool { !isMulticast && !isUnspecified && !isLoopback }
}

/// The words of a value; ifupdown joins an option that is written several times by line ends.
func words(_ value: String) -> [String] {
    value.split { $0 == " " || $0 == "\t" || $0 == "\n" }.map(String.init)
}
