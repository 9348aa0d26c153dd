// The name by which a DHCP server knows a client, as a provider prints it.
import Internet

/// A DHCP unique identifier: a type of two bytes and what that type says, 130 bytes at most (RFC 8415 11).
package struct DUID: Hashable, Sendable {
    package let bytes: [UInt8]

    /// Reads hexadecimal digits: with `:` or `-` between bytes or other groups, or without; a byte between separators
    /// may have one digit, as dhclient writes it. A length of two bytes before the DUID, as dhcpcd and some providers
    /// have it, is left out.
    ///
    /// What is wrong is told by the clause that is thrown: it follows "the DUID".
    package init(_ text: String) throws(Malformed) {
        var bytes = try DUID.bytes(of: text)
        // The two bytes are a length only if a known type follows; otherwise they are a type.
        if bytes.count > 4, Int(bytes[0]) << 8 | Int(bytes[1]) == bytes.count - 2, bytes[2] == 0,
            (1...4).contains(bytes[3])
        {
            bytes.removeFirst(2)
        }
        guard (3...130).contains(bytes.count) else {
            throw Malformed("has \(bytes.count) bytes, but must have 3 to 130")
        }
        self.bytes = bytes
        if let (name, sizes) = kind, !sizes.contains(bytes.count) {
            let right = sizes.count == 1 ? "\(sizes.lowerBound)" : "at least \(sizes.lowerBound)"
            throw Malformed("has \(bytes.count) bytes, but a \(name) has \(right)")
        }
    }

    private static func bytes(of text: String) throws(Malformed) -> [UInt8] {
        let groups = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
        var bytes: [UInt8] = []
        for group in groups {
            var digits = group.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue.map { UInt8($0) } }[...]
            guard !digits.isEmpty, digits.count == group.utf8.count, digits.count <= 264 else {
                throw Malformed("is not a string of hexadecimal digits")
            }
            guard digits.count % 2 == 0 || (digits.count == 1 && groups.count > 1) else {
                throw Malformed("has an odd number of digits")
            }
            if digits.count == 1 { bytes.append(digits.removeFirst()) }
            while let high = digits.popFirst(), let low = digits.popFirst() { bytes.append(high << 4 | low) }
        }
        return bytes
    }

    /// What kind of DUID it says to be, and how many bytes one has: a digit that was not copied is seen by it.
    private var kind: (name: String, sizes: ClosedRange<Int>)? {
        let isEthernet = bytes.count >= 4 && bytes[2...3].elementsEqual([0, 1])
        switch (Int(bytes[0]) << 8 | Int(bytes[1]), isEthernet) {
        case (1, true): return ("DUID-LLT of an Ethernet address (type 1)", 14...14)
        case (1, false): return ("DUID-LLT (type 1)", 9...130)
        case (2, _): return ("DUID-EN (type 2)", 7...130)
        case (3, true): return ("DUID-LL of an Ethernet address (type 3)", 10...10)
        case (3, false): return ("DUID-LL (type 3)", 5...130)
        case (4, _): return ("DUID-UUID (type 4)", 18...18)
        default: return nil
        }
    }
}

extension DUID: CustomStringConvertible {
    /// Each byte as two lower-case digits, with colons between them, as dhcpcd.conf(5) takes it.
    package var description: String { bytes.map(DUID.digits).joined(separator: ":") }

    private static func digits(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return byte < 16 ? "0" + text : text
    }
}
