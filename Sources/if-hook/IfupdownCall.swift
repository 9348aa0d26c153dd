// What ifupdown puts into a hook's environment, checked (interfaces(5), "IFACE", "PHASE", "IF_OPTION").
import Host
import Internet
import Keep6
import Linux

/// A call of the hook: for which interface, in which phase, with which options of the stanza.
struct IfupdownCall {
    enum Phase: String {
        case preUp = "pre-up"
        case postUp = "post-up"
        case preDown = "pre-down"
    }

    let uplink: InterfaceName
    let phase: Phase
    let addressFamily: String
    let options: [WishOption]

    init(_ environment: ProcessEnvironment) throws(Malformed) {
        guard let name = environment["IFACE"] else { throw Malformed("was called without IFACE; ifup must call it") }
        guard let uplink = InterfaceName(name) else {
            throw Malformed(
                "refuses the interface name '\(IfupdownCall.printable(name))': a name has 1 to 15 characters, none of"
                    + " them '/', ':', '%' or a space; remove 'keep6 yes' from its stanza")
        }
        guard let phase = environment["PHASE"].flatMap(Phase.init) else {
            throw Malformed("was called for '\(uplink)' without a PHASE it knows; ifup must call it")
        }
        self.uplink = uplink
        self.phase = phase
        addressFamily = environment["ADDRFAM"] ?? ""
        options = environment.variables(startingWith: "IF_").map { variable in
            WishOption(name: IfupdownCall.optionName(variable.name), value: variable.value)
        }
    }

    /// ifupdown turned `keep6-accept-ra` into IF_KEEP6_ACCEPT_RA; this turns it back.
    private static func optionName(_ variable: String) -> String {
        String(variable.dropFirst(3).lowercased().map { $0 == "_" ? "-" : $0 })
    }

    private static func printable(_ text: String) -> String {
        String(text.unicodeScalars.prefix(40).map { (" "..."~").contains($0) ? Character($0) : "?" })
    }

    /// The wish in the stanza, nil if it is none; complaints are said only where asked, for ifup calls the hook twice.
    func wish(_ voice: Voice, saysComplaints: Bool) -> Wish? {
        switch Wish.isWanted(options) {
        case .success(false): return nil
        case .failure(let complaint):
            if saysComplaints { voice.complain("'\(uplink)': \(complaint).", uplink: uplink) }
            return nil
        case .success(true): break
        }
        guard addressFamily == "inet6" else {
            if saysComplaints {
                voice.complain(
                    "'\(uplink)': 'keep6 yes' stands in an '\(addressFamily)' stanza; it belongs into the inet6 stanza of"
                        + " the interface, and is ignored here.", uplink: uplink)
            }
            return nil
        }
        var wish = Wish(uplink: uplink)
        for complaint in wish.take(options) where saysComplaints {
            voice.complain("'\(uplink)': \(complaint).", uplink: uplink)
        }
        return wish
    }

    /// The stanza's own address: ifupdown configures it, and the hook waits until it is usable.
    var ownAddress: IPv6Address? {
        guard let text = options.first(where: { $0.name == "address" })?.value else { return nil }
        return IPv6Address(String(text.prefix { $0 != "/" }))
    }
}
