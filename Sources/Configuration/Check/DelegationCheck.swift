// What stands in the way of a delegated prefix in an interfaces file, and what asked for one before keep6.
import Internet

/// Looks at the stanzas of kept interfaces.
package struct DelegationCheck: ConfigurationCheck {
    private let tree: InterfacesTree
    private let hasClient: Bool
    private let rival: String?
    private let read: (_ path: String) -> String?

    /// - Parameters:
    ///   - hasClient: whether dhcpcd is installed.
    ///   - rival: the link that enables dhcpcd.service; nil if there is none.
    ///   - read: a file's text; nil if it cannot be read.
    package init(_ tree: InterfacesTree, hasClient: Bool, rival: String?, read: @escaping (_ path: String) -> String?) {
        self.tree = tree
        self.hasClient = hasClient
        self.rival = rival
        self.read = read
    }

    package func findings() -> [Finding] {
        let kept = tree.kept
        let asking = kept.flatMap(\.delegationLines)
        var found: [Finding] = []
        if !hasClient, let line = asking.first {
            found.append(Finding(line.place, .error, Sentence.noClient))
        }
        if let rival, !asking.isEmpty {
            found.append(Finding(FileLine(file: rival, line: 0), .error, Sentence.rival))
        }
        found += kept.filter { $0.method == "dhcp" }.flatMap(\.delegationLines).map {
            Finding($0.place, .warning, Sentence.methodAsksToo)
        }
        let names = Set(kept.map(\.interface))
        let askingNames = Set(kept.filter { !$0.delegationLines.isEmpty }.map(\.interface))
        for stanza in tree.stanzas where names.contains(stanza.interface) {
            found += stanza.lines.compactMap { line in
                finding(line, in: stanza, isAskedFor: askingNames.contains(stanza.interface))
            }
        }
        return found
    }

    /// What the tutorials of providers have: `up dhclient -cf /etc/dhcp/dhclient6.conf -6 -P eth0`.
    private func finding(_ line: OptionLine, in stanza: Stanza, isAskedFor: Bool) -> Finding? {
        guard line.name == "up" || line.name == "pre-up",
            let command = simpleCommands(line.value).lazy.compactMap({ DhclientCommand($0) }).first
        else { return nil }
        if isAskedFor { return Finding(line.place, .warning, Sentence.asksToo(line)) }
        let advice = command.advice(read, "the inet6 stanza of '\(stanza.interface)'")
        return Finding(line.place, .warning, Sentence.asksUnseen(line, advice))
    }
}

// MARK: - What it says

private enum Sentence {
    static let noClient = "dhcpcd, which asks for the prefix, is not installed; run 'apt install dhcpcd-base'"

    static let rival =
        "dhcpcd.service is enabled and takes UDP port 546 of all links, even of denied ones, so"
        + " keep6-delegation receives no answer; run 'systemctl disable --now dhcpcd.service'"

    static let methodAsksToo =
        "the method 'dhcp' runs another DHCPv6 client on the same link and port, and answers reach only one of"
        + " them; write 'inet6 auto' or 'inet6 static'"

    static func asksToo(_ line: OptionLine) -> String {
        "'\(line.word) \(line.value)' asks for a delegated prefix, which keep6-delegation already does; remove the line"
    }

    static func asksUnseen(_ line: OptionLine, _ advice: String) -> String {
        "'\(line.word) \(line.value)' asks for a delegated prefix but adds no route, so keep6 cannot see it; remove the"
            + " line and \(advice)"
    }
}
