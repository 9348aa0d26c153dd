// Rules that treat a delegated prefix of guests as libvirt's rules treat the network's own prefix.
import Internet

/// libvirt accepts guest traffic only for the prefixes in the network's XML and rejects the rest
/// (src/network/network_iptables.c). keep6 adds the same rules for other prefixes to a chain before libvirt's, so the
/// network's mode (route, NAT or isolated) applies to them too.
package struct GuestForwarding {
    /// keep6's own chain in the table `filter` for the guests that have addresses from the uplink's prefixes.
    ///
    /// Each uplink has one, because each has its own guard. The name has at most 28 bytes, which is the limit
    /// (XT_EXTENSION_MAXNAMELEN, linux/netfilter/x_tables.h).
    package static func chain(of uplink: InterfaceName) -> String { "KEEP6_GUESTS_\(uplink)" }

    private let chain: String
    private static let forward = "FORWARD"
    private static let libvirtChains = ["LIBVIRT_FWI", "LIBVIRT_FWO"]

    /// The additional prefixes of each bridge, as ip6tables writes them: `2001:db8:100:7::/64`.
    private let prefixes: [String: [String]]

    package init(of uplink: InterfaceName, prefixes: [String: [String]]) {
        chain = Self.chain(of: uplink)
        self.prefixes = prefixes
    }

    /// The input for `ip6tables-restore --noflush`; nil if the table is already right.
    package func change(of filter: Table) -> [UInt8]? {
        let rules = Self.libvirtChains.flatMap { filter.chain($0)?.rules ?? [] }.flatMap(mirrored)
        let forward = filter.chain(Self.forward)?.rules ?? []
        let jump = forward.firstIndex { $0.target == chain }
        let libvirts = forward.firstIndex { $0.target?.hasPrefix("LIBVIRT_") == true }
        let isWanted = !rules.isEmpty && libvirts != nil
        let isThere = filter.chain(chain) != nil
        guard isWanted else { return isThere ? removal(hasJump: jump != nil) : nil }
        let isInPlace = jump.map { $0 < libvirts ?? 0 } == true
        let present = filter.chain(chain)?.rules.map { Array($0.specification) }
        if isInPlace, present == rules { return nil }
        var lines = ["*filter", ":\(chain) - [0:0]"].map { Array($0.utf8) }
        lines += rules.map { Array("-A \(chain) ".utf8) + $0 }
        if !isInPlace {
            if jump != nil { lines.append(Array("-D \(Self.forward) -j \(chain)".utf8)) }
            lines.append(Array("-I \(Self.forward) \((libvirts ?? 0) + 1) -j \(chain)".utf8))
        }
        return text(lines)
    }

    private func removal(hasJump: Bool) -> [UInt8] {
        let jump = hasJump ? ["-D \(Self.forward) -j \(chain)"] : []
        let lines = ["*filter"] + jump + ["-F \(chain)", "-X \(chain)"]
        return text(lines.map { Array($0.utf8) })
    }

    private func text(_ lines: [[UInt8]]) -> [UInt8] {
        (lines + [Array("COMMIT".utf8)]).flatMap { $0 + [UInt8(ascii: "\n")] }
    }

    /// Repeats libvirt's rule for a prefix of a bridge, once for each additional prefix of that bridge.
    private func mirrored(_ rule: Rule) -> [[UInt8]] {
        guard rule.target == "ACCEPT" else { return [] }
        let words = RuleWords.all(in: rule.specification)
        func value(after options: String...) -> Int? {
            let place = words.firstIndex { word in options.contains { word.elementsEqual($0.utf8) } }
            return place.flatMap { $0 + 1 < words.count ? $0 + 1 : nil }
        }
        guard let prefix = value(after: "-s", "-d"), let bridge = value(after: "-i", "-o"),
            let further = prefixes[String(decoding: words[bridge], as: UTF8.self)]
        else { return [] }
        return further.map { text in
            var words = words
            words[prefix] = Array(text.utf8)[...]
            return Array(words.joined(separator: " ".utf8))
        }
    }
}
