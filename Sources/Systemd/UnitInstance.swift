// The name of a template unit's instance (systemd.unit(5), "String escaping for inclusion in unit names").

/// An instance of `keep6@.service`, and back.
package struct UnitInstance: Equatable, Sendable {
    /// The part between `@` and `.service`.
    package let escaped: String

    /// The instance for any text: bytes that a unit name cannot contain become `\xNN`; the rest stays readable.
    package init(_ text: String) {
        escaped = text.utf8.enumerated().map { position, byte in
            UnitInstance.isPlain(byte) && !(position == 0 && byte == UInt8(ascii: "."))
                ? String(UnicodeScalar(byte)) : "\\x" + UnitInstance.digits(byte)
        }.joined()
    }

    /// The text of an instance as systemd passes it (`%i`); nil if an escape is broken.
    package static func text(_ escaped: String) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(escaped.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            guard rest.popFirst() == UInt8(ascii: "x"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: ":-_.@".utf8.contains(byte)
        }
    }

    private static func digits(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return text.utf8.count == 1 ? "0" + text : text
    }
}
