// From a stanza of an interfaces file to the wish it states.
import Internet

extension Stanza {
    /// The options as the hooks take them: repeated ones joined, but where only one line can count and the program joins
    /// none, the one that it hands over.
    var wishOptions: [WishOption] {
        options.map { option in
            let joined = WishOption(name: option.name, value: option.value)
            guard !program.joinsRepeatedOptions, joined.key?.isList == false else { return joined }
            let line = program == .ifupdown2 ? option.lines.first : option.lines.last
            return WishOption(name: option.name, value: line?.value ?? "")
        }
    }

    /// All lines of those options of a hook that may be repeated, where the program handed over one of them; nil if this
    /// is not the stanza that it read.
    package func completed(_ handed: [WishOption]) -> [WishOption]? {
        let options = self.options
        var completed: [WishOption] = []
        for option in handed {
            guard option.name == "keep6" || option.name.hasPrefix("keep6-") else {
                completed.append(option)
                continue
            }
            guard let written = options.first(where: { $0.name == option.name }),
                written.lines.contains(where: { $0.value == option.value })
            else { return nil }
            completed.append(
                option.key?.isList == true ? WishOption(name: option.name, value: written.value) : option)
        }
        return completed
    }

    /// The addresses of IPv6 that the program configures itself, without their lengths.
    package var ownAddresses: [IPv6Address] {
        lines.filter { $0.name == "address" }.compactMap { IPv6Address(String($0.value.prefix { $0 != "/" })) }
    }

    /// Whether the hooks would keep the stanza's interface.
    var isKept: Bool { family == "inet6" && (try? Wish.isWanted(wishOptions).get()) == true }

    /// The lines that ask for a prefix.
    var delegationLines: [OptionLine] { lines.filter { $0.name == WishKey.delegation.name(in: .stanza) } }

    /// The wish that the hooks would read from this stanza for that interface, and what they could not take.
    package func wish(for uplink: InterfaceName) -> StatedWish {
        var stated = StatedWish(uplink: uplink)
        let options = self.options
        let address = options.first { $0.name == "address" }
        if program.takesSeveralAddresses {
            stated.staticAddresses = severalAddresses(netmask: options.first { $0.name == "netmask" }?.value)
        } else if method == "static", let address, let line = address.lines.last {
            let netmask = options.first { $0.name == "netmask" }
            if address.lines.count > 1 {
                let reason = "a stanza has one address; write the others as 'keep6-address'"
                stated.complaints.append(.init(place: line.place, complaint: Complaint(line, reason)))
            } else {
                do throws(Complaint) {
                    stated.staticAddresses = [try Stanza.staticAddress(address.value, netmask: netmask?.value)]
                } catch {
                    let place = error.option.name == "netmask" ? netmask?.lines.last?.place : nil
                    stated.complaints.append(.init(place: place ?? line.place, complaint: error.seeingComments))
                }
            }
        }
        for option in options where option.name.hasPrefix("keep6-") {
            stated.complaints += Stanza.apply(option, into: &stated.wish)
        }
        return stated
    }

    /// Those of IPv6; one without a length has that of `netmask`, or 64 (`determine_interface_netmask` in ifupdown-ng's
    /// interface.c).
    private func severalAddresses(netmask: String?) -> [InterfaceAddress] {
        lines.filter { $0.name == "address" }.compactMap { line in
            let length = line.value.utf8.contains(UInt8(ascii: "/")) ? nil : netmask ?? "64"
            return try? Stanza.staticAddress(line.value, netmask: length)
        }
    }

    /// Options that are lists are taken line by line, which names the right line and makes no difference to the wish.
    private static func apply(_ option: StanzaOption, into wish: inout Wish) -> [LocatedComplaint] {
        if option.lines.count > 1, WishOption(name: option.name, value: option.value).key?.isList != true {
            return option.repeated.map { [$0] } ?? []
        }
        return option.lines.flatMap { line in
            wish.apply([WishOption(name: option.name, value: line.value)]).map {
                LocatedComplaint(place: line.place, complaint: $0.seeingComments)
            }
        }
    }

    /// The address of an `inet6 static` stanza, which ifupdown configures.
    ///
    /// It takes the options as they are written, `A/L` or `A` and a `netmask` L, and as ifupdown passes them to hooks:
    /// `A` in IF_ADDRESS and `L` in IF_NETMASK, which is empty if there is none. With both, the netmask counts; with
    /// neither, the length is 128 (ifupdown's inet6.defn, ip-address(8)).
    static func staticAddress(_ address: String, netmask: String?) throws(Complaint) -> InterfaceAddress {
        let length = netmask ?? ""
        let host = String(address.prefix { $0 != "/" })
        guard let written = InterfaceAddress(address), written.address.isAssignable else {
            throw Complaint(
                option: WishOption(name: "address", value: address),
                reason: "not a unicast address with its prefix length (2001:db8::1/64); keep6 does not wait for it")
        }
        guard let value = length.isEmpty ? written : InterfaceAddress(host + "/" + length) else {
            throw Complaint(
                option: WishOption(name: "netmask", value: length),
                reason: "it must be a number of bits from 0 to 128; better omit it and write the length after"
                    + " the address (\(host)/64)")
        }
        return value
    }
}

extension StanzaOption {
    /// What is wrong with writing it several times, if it is.
    var repeated: LocatedComplaint? {
        guard lines.count > 1, let line = lines.last else { return nil }
        let places = lines.map(\.place.description).joined(separator: " and ")
        let reason = "it occurs more than once (\(places)), and only one can count; keep one line"
        return .init(place: line.place, complaint: Complaint(line, reason))
    }
}

extension Complaint {
    init(_ line: OptionLine, _ reason: String) {
        self.init(option: WishOption(name: line.name, value: line.value), reason: reason)
    }

    /// The same, unless the value has what its author took for a comment.
    var seeingComments: Complaint {
        guard words(option.value).contains(where: { $0.hasPrefix("#") }) else { return self }
        let reason = "ifupdown has no trailing comments; put the '#' at the start of a line of its own"
        return Complaint(option: option, reason: reason)
    }
}

extension InterfacesTree {
    /// The stanzas whose interfaces the hooks would keep.
    var kept: [Stanza] { stanzas.filter(\.isKept) }
}
