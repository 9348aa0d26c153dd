// What keep6 remembers of the prefixes that the host was delegated.
import Internet
import Text

/// The prefixes that keep6 has made routes of, as the text of /run/keep6/IFACE.delegated.
package struct DelegationMemory: Equatable, Sendable {
    package var prefixes: [DelegatedPrefix]

    package init(_ prefixes: [DelegatedPrefix] = []) { self.prefixes = prefixes }

    /// At most so many are taken; a server that delegates more is mad.
    static let limit = 16

    package var text: String {
        let lines = prefixes.map { prefix in
            let times = [prefix.preferredUntil, prefix.validUntil].map { RecordText.word($0?.microseconds) }
            return "prefix \(prefix.prefix) \(times[0]) \(times[1])"
        }
        return RecordText.framed("delegated", lines)
    }

    /// Reads the text back; a torn or foreign one is an error as a whole.
    package init(text: String) throws(Malformed) {
        prefixes = []
        for line in try RecordText.lines(of: "delegated", in: text, limit: DelegationMemory.limit) {
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count == 4, fields[0] == "prefix", let prefix = InterfaceAddress(fields[1]),
                DelegatedPrefix.isBelieved(prefix)
            else { throw Malformed("'\(line)'") }
            var delegated = DelegatedPrefix(prefix)
            delegated.preferredUntil = try DelegationMemory.instant(fields[2])
            delegated.validUntil = try DelegationMemory.instant(fields[3])
            prefixes.append(delegated)
        }
    }

    private static func instant(_ text: String) throws(Malformed) -> Instant? {
        try RecordText.time(text).map { Instant(microseconds: $0) }
    }
}
