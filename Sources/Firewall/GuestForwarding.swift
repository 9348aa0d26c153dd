// Rules that let guests use a delegated prefix as libvirt's own rules let them use the network's own.

/// libvirt accepts what guests send and receive by the prefixes of the network's XML alone, and rejects the rest
/// (src/network/network_iptables.c). The same rules for other prefixes go into a chain before libvirt's, so that what a
/// network may (route), may only answer (NAT), or may not (isolated) holds for them as well.
public struct GuestForwarding {
    /// keep6's own chain, in the table `filter`.
    public static let chain = "KEEP6_GUESTS"
    private static let forward = "FORWARD"
    private static let libvirtChains = ["LIBVIRT_FWI", "LIBVIRT_FWO"]

    /// The further prefixes behind each bridge, as ip6tables writes them: `2001:db8:100:7::/64`.
    private let prefixes: [String: [String]]

    public init(prefixes: [String: [String]]) { self.prefixes = prefixes }

    /// What `ip6tables-restore --noflush` is to be given; nil if the table is as it should be.
    public func change(of filter: Table) -> [UInt8]? {
        let rules = Self.libvirtChains.flatMap { filter.chain($0)?.rules ?? [] }.flatMap(mirrored)
        let forward = filter.chain(Self.forward)?.rules ?? []
        let jump = forward.firstIndex { $0.target == Self.chain }
        let libvirts = forward.firstIndex { $0.target?.hasPrefix("LIBVIRT_") == true }
        let isWanted = !rules.isEmpty && libvirts != nil
        let isThere = filter.chain(Self.chain) != nil
        guard isWanted else { return isThere ? removal(hasJump: jump != nil) : nil }
        let isInPlace = jump.map { $0 < libvirts ?? 0 } == true
        let present = filter.chain(Self.chain)?.rules.map { Array($0.specification) }
        if isInPlace, present == rules { return nil }
        var lines = ["*filter", ":\(Self.chain) - [0:0]"].map { Array($0.utf8) }
        lines += rules.map { Array("-A \(Self.chain) ".utf8) + $0 }
        if !isInPlace {
            if jump != nil { lines.append(Array("-D \(Self.forward) -j \(Self.chain)".utf8)) }
            lines.append(Array("-I \(Self.forward) \((libvirts ?? 0) + 1) -j \(Self.chain)".utf8))
        }
        return text(lines)
    }

    private func removal(hasJump: Bool) -> [UInt8] {
        let jump = hasJump ? ["-D \(Self.forward) -j \(Self.chain)"] : []
        let lines = ["*filter"] + jump + ["-F \(Self.chain)", "-X \(Self.chain)"]
        return text(lines.map { Array($0.utf8) })
    }

    private func text(_ lines: [[UInt8]]) -> [UInt8] {
        (lines + [Array("COMMIT".utf8)]).flatMap { $0 + [UInt8(ascii: "\n")] }
    }

    /// libvirt's rule for a prefix of a bridge's, once for each further prefix there.
    private func mirrored(_ rule: Rule) -> [[UInt8]] {
        guard rule.target == "ACCEPT" else { return [] }
        var reader = RuleWords(rule.specification)
        var words: [ArraySlice<UInt8>] = []
        while let word = reader.next() { words.append(word) }
        func value(behind options: String...) -> Int? {
            let place = words.firstIndex { word in options.contains { word.elementsEqual($0.utf8) } }
            return place.flatMap { $0 + 1 < words.count ? $0 + 1 : nil }
        }
        guard let prefix = value(behind: "-s", "-d"), let bridge = value(behind: "-i", "-o"),
            let further = prefixes[String(decoding: words[bridge], as: UTF8.self)]
        else { return [] }
        return further.map { text in
            var words = words
            words[prefix] = Array(text.utf8)[...]
            return Array(words.joined(separator: " ".utf8))
        }
    }
}
