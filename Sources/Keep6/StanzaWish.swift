// From a stanza of an interfaces file to the wish it states.
import Internet

extension Stanza {
    /// The options as the hooks get them from ifupdown, repeated ones joined.
    public var wishOptions: [WishOption] { options.map { WishOption(name: $0.name, value: $0.value) } }

    /// The wish that the hooks would read from this stanza for that interface, and what they could not take.
    public func wish(for uplink: InterfaceName) -> (wish: Wish, complaints: [Complaint]) {
        let (wish, complaints) = locatedWish(for: uplink)
        return (wish, complaints.map(\.complaint))
    }

    struct LocatedComplaint {
        let place: FileLine
        let complaint: Complaint
    }

    func locatedWish(for uplink: InterfaceName) -> (wish: Wish, complaints: [LocatedComplaint]) {
        var wish = Wish(uplink: uplink)
        var complaints: [LocatedComplaint] = []
        let options = self.options
        let address = options.first { $0.name == "address" }
        if method == "static", let address, let line = address.lines.last {
            let netmask = options.first { $0.name == "netmask" }
            if address.lines.count > 1 {
                let reason = "a stanza has one address; write the others as 'keep6-address'"
                complaints.append(.init(place: line.place, complaint: Complaint(line, reason)))
            } else if let complaint = wish.takeStatic(address: address.value, netmask: netmask?.value) {
                let place = complaint.option.name == "netmask" ? netmask?.lines.last?.place : nil
                complaints.append(.init(place: place ?? line.place, complaint: complaint.seeingComments))
            }
        }
        for option in options where option.name.hasPrefix("keep6-") {
            complaints += Stanza.take(option, into: &wish)
        }
        return (wish, complaints)
    }

    /// Options that are lists are taken line by line, which names the right line and makes no difference to the wish.
    private static func take(_ option: StanzaOption, into wish: inout Wish) -> [LocatedComplaint] {
        let lists = ["keep6-address", "keep6-start", "keep6-router", "keep6-guests", "keep6-proxy"]
        if option.lines.count > 1, !lists.contains(option.name) {
            return option.repeated.map { [$0] } ?? []
        }
        return option.lines.flatMap { line in
            wish.take([WishOption(name: option.name, value: line.value)]).map {
                LocatedComplaint(place: line.place, complaint: $0.seeingComments)
            }
        }
    }
}

extension StanzaOption {
    /// What is wrong with writing it several times, if it is.
    var repeated: Stanza.LocatedComplaint? {
        guard lines.count > 1, let line = lines.last else { return nil }
        let places = lines.map(\.place.description).joined(separator: " and ")
        let reason = "it is written more than once (\(places)), and ifupdown joins the values into one; keep one line"
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
        let reason = "ifupdown knows no comments behind a value; put the '#' at the start of a line of its own"
        return Complaint(option: option, reason: reason)
    }
}

extension Wish {
    /// Takes the `address` of an `inet6 static` stanza, first of all addresses; returns what is wrong with it.
    ///
    /// It takes them as they are written, `A/L` or `A` and a `netmask` L, and as ifupdown passes them to hooks: `A` in
    /// IF_ADDRESS and `L` in IF_NETMASK, which is empty if there is none. With both, the netmask counts; with neither,
    /// the length is 128 (ifupdown's inet6.defn, ip-address(8)).
    public mutating func takeStatic(address: String, netmask: String?) -> Complaint? {
        let length = netmask ?? ""
        let host = String(address.prefix { $0 != "/" })
        guard let written = InterfaceAddress(address), !written.address.isMulticast, !written.address.isUnspecified,
            !written.address.isLoopback
        else {
            return Complaint(
                option: WishOption(name: "address", value: address),
                reason: "it is no unicast address with its prefix length (2001:db8::1/64); it is not waited for")
        }
        guard let value = length.isEmpty ? written : InterfaceAddress(host + "/" + length) else {
            return Complaint(
                option: WishOption(name: "netmask", value: length),
                reason: "it must be a number of bits from 0 to 128; better leave it out and write the length behind"
                    + " the address (\(host)/64)")
        }
        addresses.removeAll { $0 == value }
        addresses.insert(value, at: 0)
        return nil
    }
}
