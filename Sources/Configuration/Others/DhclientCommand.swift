// dhclient(8), as the pages of providers have people start it for a delegated prefix.
import Internet

/// A command line that has dhclient ask for a delegated prefix: `dhclient -cf /etc/dhcp/dhclient6.conf -6 -P eth0`.
struct DhclientCommand {
    private let words: [String]

    /// nil if the words start no dhclient, or ask it for something else.
    init?(_ words: [String]) {
        guard words.contains(where: { $0 == "dhclient" || $0.hasSuffix("/dhclient") }), words.contains("-6"),
            words.contains("-P")
        else { return nil }
        self.words = words
    }

    /// The client's DUID in the configuration that the command names, or in the usual one (dhclient.conf(5)).
    func duid(_ read: (_ path: String) -> String?) -> DUID? {
        let named = words.firstIndex(of: "-cf").map { words[($0 + 1)...] }?.first
        guard let text = read(named ?? "/etc/dhcp/dhclient6.conf") else { return nil }
        for line in text.split(separator: "\n") {
            let words = line.prefix { $0 != "#" }.split { " \t;{}\"".contains($0) }.map(String.init)
            guard let index = words.firstIndex(of: "dhcp6.client-id"), index > 0, words[index - 1] == "send",
                index + 1 < words.count, let duid = try? DUID(words[index + 1])
            else { continue }
            return duid
        }
        return nil
    }

    /// What to write for it, the DUID included if it is known.
    func advice(_ read: (_ path: String) -> String?, _ stanza: String) -> String {
        guard let duid = duid(read) else {
            return "write 'keep6-delegation DUID' into \(stanza), with the DUID that your provider shows"
        }
        return "write 'keep6-delegation \(duid)' into \(stanza)"
    }
}
