// What dhcpcd's script is told of a lease (dhcpcd-run-hooks(8)), and the one line that it passes on.
import Configuration
import Internet

/// One call of the script: why, and which prefixes the lease has now.
package struct DhcpcdReport: Equatable, Sendable {
    /// A prefix with its lifetimes in seconds; 0xffffffff is without end (RFC 8415 7.7).
    package struct Prefix: Equatable, Sendable {
        package let prefix: InterfaceAddress
        package let preferred: UInt32
        package let valid: UInt32
    }

    /// BOUND6, RENEW6, EXPIRE6, CARRIER ...
    package let reason: String
    package let prefixes: [Prefix]

    /// Whether it tells of a lease that a server has granted just now.
    var isLease: Bool { ["BOUND6", "RENEW6", "REBIND6", "REBOOT6"].contains(reason) }

    /// From the script's environment: `reason`, and `new_dhcp6_ia_pd1_prefix1` with its `_length`, `_pltime` and
    /// `_vltime`. Variables that cannot be read are left out.
    package init(reason: String, variables: [(name: String, value: String)]) {
        self.reason = String(reason.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(32))
        let values = Dictionary(variables.map { ($0.name, $0.value) }) { first, _ in first }
        prefixes = variables.compactMap { variable in
            guard let address = IPv6Address(variable.value), let length = values[variable.name + "_length"],
                let prefix = InterfaceAddress("\(address)/\(length)"),
                let preferred = values[variable.name + "_pltime"].flatMap({ UInt32($0) }),
                let valid = values[variable.name + "_vltime"].flatMap({ UInt32($0) })
            else { return nil }
            return Prefix(prefix: prefix, preferred: preferred, valid: valid)
        }
    }

    /// The names of the variables that it reads start so.
    package static let variables = "new_dhcp6_ia_pd"

    /// One line, so short that a pipe takes it whole (PIPE_BUF, pipe(7)).
    package var line: String {
        let words = prefixes.prefix(DelegationMemory.limit).map { "\($0.prefix) \($0.preferred) \($0.valid)" }
        return ([reason] + words).joined(separator: " ") + "\n"
    }

    /// Reads the line back, without its end; nil if it is something else.
    package init?(line: String) {
        let words = line.split(separator: " ").map(String.init)
        guard let reason = words.first, words.count % 3 == 1 else { return nil }
        var prefixes: [Prefix] = []
        for start in stride(from: 1, to: words.count, by: 3) {
            guard let prefix = InterfaceAddress(words[start]), let preferred = UInt32(words[start + 1]),
                let valid = UInt32(words[start + 2])
            else { return nil }
            prefixes.append(Prefix(prefix: prefix, preferred: preferred, valid: valid))
        }
        self.reason = reason
        self.prefixes = prefixes
    }
}
