// An IPv6 address as a value: bytes in, RFC 5952 text out.

/// A 128-bit IPv6 address (RFC 4291).
package struct IPv6Address: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The address in its 16 bytes in network order; nil if there are not exactly 16.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        var halves: (UInt64, UInt64) = (0, 0)
        for (index, byte) in bytes.enumerated() {
            if index < 8 { halves.0 = halves.0 << 8 | UInt64(byte) } else { halves.1 = halves.1 << 8 | UInt64(byte) }
        }
        self.init(high: halves.0, low: halves.1)
    }

    /// The 16 bytes in network order.
    package var bytes: [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> UInt64(56 - 8 * ($0 % 8))) }
    }

    package static let unspecified = IPv6Address(high: 0, low: 0)
    /// `ff02::2`, all routers on the link (RFC 4291 2.7.1).
    package static let allRouters = IPv6Address(high: 0xff02_0000_0000_0000, low: 2)

    /// `fe80::/10` (RFC 4291 2.5.6).
    package var isLinkLocal: Bool { high >> 54 == 0xfe80 >> 6 }
    /// `2000::/3`, the only part of the address space that the internet routes to (RFC 4291 2.4; IANA's registry of IPv6
    /// address space has given nothing else out).
    package var isGlobalUnicast: Bool { high >> 61 == 0x2000 >> 13 }
    /// `ff00::/8` (RFC 4291 2.7).
    package var isMulticast: Bool { high >> 56 == 0xff }
    package var isUnspecified: Bool { high == 0 && low == 0 }
    /// `::1` (RFC 4291 2.5.3).
    package var isLoopback: Bool { high == 0 && low == 1 }
}

extension IPv6Address: CustomStringConvertible {
    private var groups: [UInt16] {
        (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> UInt64(48 - 16 * ($0 % 4))) }
    }

    /// The canonical text (RFC 5952): lower case, the first longest run of two or more zero groups as `::`.
    package var description: String {
        let groups = self.groups
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > best.count, end - start > 1 { best = start..<end }
            start = max(end, start + 1)
        }
        func text(_ part: ArraySlice<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard !best.isEmpty else { return text(groups[...]) }
        return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
    }
}

extension IPv6Address: LosslessStringConvertible {
    /// An address written as RFC 4291 2.2 allows, the dotted IPv4 tail included; no zone, no prefix length.
    package init?(_ text: String) {
        let text = Array(text.utf8)
        guard text.count <= 45 else { return nil }
        var groups: [UInt16] = []
        var gap: Int?
        var rest = text[...]
        if rest.starts(with: [colon, colon]) {
            gap = 0
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let part = rest.prefix { $0 != colon }
            rest = rest.dropFirst(part.count)
            if part.contains(dot) {
                guard rest.isEmpty, let tail = IPv6Address.dottedTail(part) else { return nil }
                groups += tail
                break
            }
            guard let group = IPv6Address.hexadecimal(part) else { return nil }
            groups.append(group)
            if rest.isEmpty { break }
            rest = rest.dropFirst()
            guard !rest.isEmpty else { return nil }
            if rest.first == colon {
                guard gap == nil else { return nil }
                gap = groups.count
                rest = rest.dropFirst()
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        self.init(
            high: groups[..<4].reduce(0) { $0 << 16 | UInt64($1) },
            low: groups[4...].reduce(0) { $0 << 16 | UInt64($1) })
    }

    private static func hexadecimal(_ text: ArraySlice<UInt8>) -> UInt16? {
        // A sign is not a digit, although the standard library accepts one: it reads "-0" as 0.
        guard (1...4).contains(text.count), text.first != plus, text.first != minus else { return nil }
        return UInt16(String(decoding: text, as: UTF8.self), radix: 16)
    }

    private static func dottedTail(_ text: ArraySlice<UInt8>) -> [UInt16]? {
        let parts = text.split(separator: dot, omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part -> UInt16? in
            guard part.allSatisfy({ (zero...nine).contains($0) }), part.count == 1 || part.first != zero else {
                return nil
            }
            return UInt8(String(decoding: part, as: UTF8.self)).map(UInt16.init)
        }
        guard parts.count == 4, numbers.count == 4 else { return nil }
        return [numbers[0] << 8 | numbers[1], numbers[2] << 8 | numbers[3]]
    }
}

private let colon = UInt8(ascii: ":")
private let dot = UInt8(ascii: ".")
private let plus = UInt8(ascii: "+")
private let minus = UInt8(ascii: "-")
private let zero = UInt8(ascii: "0")
private let nine = UInt8(ascii: "9")
