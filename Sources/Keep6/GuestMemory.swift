// The prefixes that guests have addresses of, as they outlive a crash and a reboot: /var/lib/keep6/guests/IFACE.
import Internet

/// What the networks of guests were numbered from, so that a prefix that is gone after a reboot can be withdrawn
/// (RFC 8978, RFC 9096 3.5).
public struct GuestMemory: Equatable, Sendable {
    /// The delegated prefixes as they were known last.
    var current: [InterfaceAddress] = []
    /// Prefixes that are delegated no longer, and until when guests are told so.
    var withdrawn: [InterfaceAddress: WallTime] = [:]

    public init() {}

    /// For so long are guests told that a prefix is to be used no more: a host does not believe a shorter valid lifetime
    /// from anybody (RFC 4862 5.5.3 e).
    static let withdrawal = Duration.seconds(7200)

    /// Takes the prefixes that are delegated now; the others are withdrawn.
    mutating func take(_ delegated: [InterfaceAddress], at now: WallTime) {
        for prefix in delegated { withdrawn[prefix] = nil }
        for prefix in current where !delegated.contains(prefix) {
            withdrawn[prefix] = now.advanced(by: GuestMemory.withdrawal)
        }
        current = delegated
    }

    /// Forgets what guests have been told for long enough; a clock that was set back does not prolong that.
    mutating func expire(at now: WallTime) {
        let latest = now.advanced(by: GuestMemory.withdrawal)
        withdrawn = withdrawn.filter { $0.value > now }.mapValues { min($0, latest) }
    }
}

extension GuestMemory {
    public var text: String {
        let lines =
            current.map { "prefix \($0)" }
            + withdrawn.sorted { $0.key.description < $1.key.description }.map {
                "withdrawn \($0.key) \($0.value.microseconds)"
            }
        return (["keep6-guests 1"] + lines + ["end"]).joined(separator: "\n") + "\n"
    }

    /// Reads the text back; a torn or foreign one is an error as a whole.
    public init(text: String) throws(Malformed) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == "keep6-guests 1", lines.suffix(2).elementsEqual(["end", ""]),
            lines.count <= GuestMemory.limit + 3
        else { throw Malformed("it is torn, or not of this version") }
        for line in lines.dropFirst().dropLast(2) {
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count >= 2, let prefix = InterfaceAddress(fields[1]), DelegatedPrefix.isBelieved(prefix) else {
                throw Malformed("'\(line)'")
            }
            if fields.count == 2, fields[0] == "prefix" {
                current.append(prefix)
            } else if fields.count == 3, fields[0] == "withdrawn", let end = Int64(fields[2]) {
                withdrawn[prefix] = WallTime(microseconds: end)
            } else {
                throw Malformed("'\(line)'")
            }
        }
    }

    /// At most so many prefixes are remembered.
    static let limit = 64
}
