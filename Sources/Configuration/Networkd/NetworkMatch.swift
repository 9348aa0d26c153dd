// Whether a .network file is for a link: its [Match] section against what is known of the link.
import Internet

/// What a `[Match]` section says of a link.
package enum MatchOutcome: Equatable, Sendable {
    case matches
    case differs
    /// It depends on what is not known.
    case cannotTell
}

/// A `[Match]` section, read and compared as networkd 252 to 257 does (systemd's net-condition.c).
package struct NetworkMatch: Equatable, Sendable {
    /// The shell patterns of a key, the negated ones with their `!`.
    private var patterns: [String: [String]] = [:]
    private var addresses: [String: Set<HardwareAddress>] = [:]
    /// Keys of the section that ask what keep6 does not find out, or that ask for too much.
    private var unknown: Set<String> = []

    package init(_ file: NetworkFile) {
        for assignment in file.assignments(in: "Match") { apply(assignment.key, assignment.value) }
    }

    private static let patternKeys = ["Name", "Type", "Kind", "Driver", "Path"]
    private static let addressKeys = ["MACAddress", "PermanentMACAddress"]
    /// Of the link as well, and of the host.
    private static let unknownKeys = [
        "Property", "WLANInterfaceType", "SSID", "BSSID", "Host", "Virtualization", "KernelCommandLine",
        "KernelVersion", "Credential", "Architecture", "Firmware",
    ]

    private mutating func apply(_ key: String, _ value: String) {
        if value.isEmpty {
            patterns[key] = nil
            addresses[key] = nil
            unknown.remove(key)
        } else if NetworkMatch.patternKeys.contains(key) {
            let isNegated = value.hasPrefix("!")
            let words = matchWords(isNegated ? value.dropFirst() : value[...], unquoting: key != "Name")
            let accepted = key == "Name" ? words.filter(isNameOrPattern) : words
            guard !accepted.isEmpty else { return }
            let room = ReadLimit.patterns - (patterns[key]?.count ?? 0)
            patterns[key, default: []] += accepted.prefix(room).map { isNegated ? "!" + $0 : $0 }
            if accepted.count > room { unknown.insert(key) }
        } else if NetworkMatch.addressKeys.contains(key) {
            let accepted = matchWords(value[...], unquoting: false).compactMap { HardwareAddress($0) }
            guard !accepted.isEmpty else { return }
            addresses[key, default: []].formUnion(accepted)
        } else if NetworkMatch.unknownKeys.contains(key) {
            unknown.insert(key)
        }
    }

    /// Whether it says nothing: networkd then ignores the file, whatever its manual page says (`network_verify`).
    package var isEmpty: Bool { patterns.isEmpty && addresses.isEmpty && unknown.isEmpty }

    package func outcome(for link: KnownLink) -> MatchOutcome {
        guard !isEmpty else { return .differs }
        let outcomes = [
            names(link), patterns("Type", link.type), patterns("Kind", link.kind), patterns("Driver", link.driver),
            patterns("Path", link.path), addresses("MACAddress", link.hardwareAddress),
            addresses("PermanentMACAddress", link.permanentAddress), unknown.isEmpty ? .matches : .cannotTell,
        ]
        if outcomes.contains(.differs) { return .differs }
        return outcomes.contains(.cannotTell) ? .cannotTell : .matches
    }

    /// One of its names is enough, for a negated list too.
    private func names(_ link: KnownLink) -> MatchOutcome {
        let patterns = patterns["Name"] ?? []
        if fits(link.name.description, oneOf: patterns) { return .matches }
        guard let names = link.alternativeNames else { return .cannotTell }
        return names.contains { fits($0, oneOf: patterns) } ? .matches : .differs
    }

    private func patterns(_ key: String, _ value: String?) -> MatchOutcome {
        guard let patterns = patterns[key] else { return .matches }
        guard let value else { return .cannotTell }
        return fits(value.isEmpty ? nil : value, oneOf: patterns) ? .matches : .differs
    }

    private func addresses(_ key: String, _ address: HardwareAddress?) -> MatchOutcome {
        guard let addresses = addresses[key] else { return .matches }
        guard let address else { return .cannotTell }
        return addresses.contains(address) ? .matches : .differs
    }
}

extension NetworkMatch {
    /// Whether it fits every link that the other one fits, as far as that can be told.
    func covers(_ other: NetworkMatch) -> Bool {
        guard unknown.isEmpty, !isEmpty else { return false }
        return self == other || (patterns == ["Name": ["*"]] && addresses.isEmpty)
    }

    /// The names that `Name=` spells out. Each is the link's name or an alternative one, and what else the section
    /// asks for is not looked at: that is how a link can be expected that is not there yet.
    package var literalNames: [InterfaceName] {
        let patterns = patterns["Name"] ?? []
        return patterns.filter { fits($0, oneOf: patterns) }.compactMap { isLiteral($0) ? InterfaceName($0) : nil }
    }

    /// The first of them, or a placeholder, for reading what the file says about all links.
    var someName: InterfaceName? { literalNames.first ?? InterfaceName("eth0") }

    /// Whether it can fit links of other names than `literalNames`, so that one must look at the links.
    package var isPattern: Bool {
        guard !isEmpty else { return false }
        let positive = (patterns["Name"] ?? []).filter { !$0.hasPrefix("!") }
        return positive.isEmpty || !positive.allSatisfy(isLiteral)
    }
}

private func isLiteral(_ pattern: String) -> Bool {
    !pattern.hasPrefix("!") && !pattern.utf8.contains { "*?[\\".utf8.contains($0) }
}

/// Whether a text, which may be missing, fits a list: none of its negated patterns, and one of the others if there are
/// any (`net_condition_test_strv`).
private func fits(_ text: String?, oneOf patterns: [String]) -> Bool {
    let negated = patterns.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) }
    if let text, negated.contains(where: { Internet.fits(text, pattern: $0) }) { return false }
    guard negated.count < patterns.count else { return true }
    return text.map { text in patterns.contains { !$0.hasPrefix("!") && Internet.fits(text, pattern: $0) } } ?? false
}

/// What networkd takes in `Name=`: a name of up to 127 bytes, which may have wildcards (systemd's ifname_valid_full).
private func isNameOrPattern(_ word: String) -> Bool {
    let bytes = word.utf8
    return (1...127).contains(bytes.count) && ![".", "..", "all", "default"].contains(word)
        && !bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        && bytes.allSatisfy { (0x21...0x7e).contains($0) && !":/%".utf8.contains($0) }
}

/// The words of a list up to the first that is not closed; where there are no quotes, a backslash is taken away
/// (systemd's extract_first_word with EXTRACT_UNQUOTE|EXTRACT_RETAIN_ESCAPE, or without flags).
private func matchWords(_ value: Substring, unquoting: Bool) -> [String] {
    var words: [String] = []
    var word: String.UnicodeScalarView?
    var quote: Unicode.Scalar?
    var isEscaped = false
    for scalar in value.unicodeScalars {
        if isEscaped {
            word?.append(scalar)
            isEscaped = false
        } else if scalar == "\\", !unquoting {
            word = word ?? .init()
            isEscaped = true
        } else if scalar == quote {
            quote = nil
        } else if quote == nil, unquoting, scalar == "\"" || scalar == "'" {
            word = word ?? .init()
            quote = scalar
        } else if quote == nil, scalar == " " || scalar == "\t" {
            if let word { words.append(String(word)) }
            word = nil
        } else {
            if word == nil { word = .init() }
            word?.append(scalar)
        }
    }
    if let word, quote == nil, !isEscaped { words.append(String(word)) }
    return words
}
