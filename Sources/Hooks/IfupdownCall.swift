// What ifupdown, ifupdown-ng or ifupdown2 puts into a hook's environment, checked (interfaces(5), "IFACE", "PHASE",
// "IF_OPTION"; ifupdown-executor(7)).
import Configuration
import Host
import Internet
import Linux
import Text

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
    /// The addresses that the program configures itself; the hook waits until they are usable.
    let ownAddresses: [IPv6Address]
    private let program: InterfacesProgram
    /// Whether no line of an option is missing that the program hands over one line of.
    private let isComplete: Bool

    init(_ environment: ProcessEnvironment) throws(Malformed) {
        guard let name = environment["IFACE"] else { throw Malformed("was called without IFACE; ifup must call it") }
        guard let uplink = InterfaceName(name) else {
            throw Malformed(
                "refuses the interface name '\(IfupdownCall.printable(name))': a name has 1 to 15 characters, none of"
                    + " them '/', ':', '%' or a space; remove 'keep6 yes' from its stanza")
        }
        guard let phase = environment["PHASE"].flatMap(IfupdownCall.phase) else {
            throw Malformed("was called for '\(uplink)' without a PHASE it knows; ifup must call it")
        }
        self.uplink = uplink
        self.phase = phase
        program = InterfacesProgram { environment[$0] }
        addressFamily = environment["ADDRFAM"] ?? ""
        let handed = environment.variables(startingWith: "IF_").map { variable in
            WishOption(name: IfupdownCall.optionName(variable.name), value: IfupdownCall.trimmed(variable.value))
        }
        let isKept = (try? Wish.isWanted(handed).get()) == true
        let stanza =
            isKept && !program.joinsRepeatedOptions
            ? IfupdownCall.stanza(of: name, handed, program, environment["INTERFACES_FILE"]) : nil
        options = stanza?.completed(handed) ?? handed
        isComplete = stanza != nil || program.joinsRepeatedOptions || !handed.contains { $0.key?.isList == true }
        ownAddresses = stanza?.ownAddresses ?? IfupdownCall.addresses(in: handed)
    }

    /// ifupdown runs the scripts in if-up.d after its own work as `post-up`, and those in if-down.d before it as
    /// `pre-down`; ifupdown-ng and ifupdown2 run both after their own work, as `up` and `down`.
    private static func phase(_ word: String) -> Phase? {
        switch word {
        case "up": .postUp
        case "down": .preDown
        default: Phase(rawValue: word)
        }
    }

    /// The stanza that a program read which hands over one line of an option that is written several times.
    private static func stanza(
        of interface: String, _ handed: [WishOption], _ program: InterfacesProgram, _ file: String?
    ) -> Stanza? {
        let path = file ?? InterfacesTree.path
        guard path.hasPrefix("/") else { return nil }
        return InterfacesTree(reading: path, with: .host, for: program).stanzas.first { stanza in
            stanza.interface == interface && stanza.completed(handed) != nil
        }
    }

    private static func addresses(in options: [WishOption]) -> [IPv6Address] {
        options.filter { $0.name == "address" }.compactMap { IPv6Address(String($0.value.prefix { $0 != "/" })) }
    }

    /// ifupdown-ng leaves white space after a value, for example before a comment.
    private static func trimmed(_ value: String) -> String {
        var value = value[...]
        while let last = value.last, last == " " || last == "\t" { value.removeLast() }
        return String(value)
    }

    /// ifupdown turned `keep6-accept-ra` into IF_KEEP6_ACCEPT_RA; this turns it back.
    private static func optionName(_ variable: String) -> String {
        String(variable.dropFirst(3).lowercased().map { $0 == "_" ? "-" : $0 })
    }

    private static func printable(_ text: String) -> String {
        String(text.unicodeScalars.prefix(40).map { (" "..."~").contains($0) ? Character($0) : "?" })
    }

    /// The wish in the stanza, nil if it is none; complaints are said only where asked, for ifup calls the hook twice.
    func wish(_ log: Log, saysComplaints: Bool) -> Wish? {
        switch Wish.isWanted(options) {
        case .success(false): return nil
        case .failure(let complaint):
            if saysComplaints { log[uplink].warning("\(complaint).") }
            return nil
        case .success(true): break
        }
        guard addressFamily == "inet6" || !program.tellsFamily else {
            if saysComplaints {
                log[uplink].warning(
                    "'keep6 yes' stands in an '\(addressFamily)' stanza; it belongs into the inet6 stanza of"
                        + " the interface, and is ignored here.")
            }
            return nil
        }
        if !isComplete, saysComplaints {
            log[uplink].warning(
                "its stanza is not found in /etc/network/interfaces, and of an option that is written several"
                    + " times \(program.name) hands over one line alone; write all its values on one line.")
        }
        var wish = Wish(uplink: uplink)
        for complaint in wish.apply(options) where saysComplaints {
            log[uplink].warning("\(complaint).")
        }
        return wish
    }
}
