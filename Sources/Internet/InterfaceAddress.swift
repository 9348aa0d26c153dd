// An address with its prefix length, as an administrator writes it: 2001:db8::1/64.

/// An IPv6 address and the length of its on-link prefix, 0 to 128 bits (RFC 4291 2.3).
package struct InterfaceAddress: Hashable, Sendable {
    package let address: IPv6Address
    package let prefixLength: UInt8

    package init?(address: IPv6Address, prefixLength: UInt8) {
        guard prefixLength <= 128 else { return nil }
        self.address = address
        self.prefixLength = prefixLength
    }

    private init(masked address: IPv6Address, _ prefixLength: UInt8) {
        self.address = address
        self.prefixLength = prefixLength
    }
}

extension InterfaceAddress: LosslessStringConvertible {
    /// `ADDRESS/LENGTH`; without a length it is 128, a single host.
    ///
    /// A length with a leading zero is refused: ip(8) takes it for octal, and `/064` for `/52`.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPv6Address(String(parts[0])) else { return nil }
        guard parts.count == 2 else {
            self.init(address: address, prefixLength: 128)
            return
        }
        let digits = parts[1].utf8
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            digits.count == 1 || digits.first != UInt8(ascii: "0"), let length = UInt8(parts[1])
        else { return nil }
        self.init(address: address, prefixLength: length)
    }

    package var description: String { "\(address)/\(prefixLength)" }
}

extension InterfaceAddress {
    /// Whether the other address has the same prefix.
    package func covers(_ other: IPv6Address) -> Bool {
        (address.high ^ other.high) & mask.high == 0 && (address.low ^ other.low) & mask.low == 0
    }

    /// The prefix, with all bits after it 0.
    package var prefix: InterfaceAddress {
        InterfaceAddress(
            masked: IPv6Address(high: address.high & mask.high, low: address.low & mask.low), prefixLength)
    }

    /// Whether all bits after the prefix are 0.
    package var isPrefix: Bool { self == prefix }

    /// The bits of the prefix: ones, then zeros.
    package var mask: IPv6Address {
        let length = UInt64(prefixLength)
        return IPv6Address(
            high: length == 0 ? 0 : .max << (64 - min(length, 64)), low: length <= 64 ? 0 : .max << (128 - length))
    }
}
