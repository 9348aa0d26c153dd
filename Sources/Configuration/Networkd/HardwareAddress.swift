// A link's hardware address, in the spellings that systemd takes.
import Internet

/// The hardware address of a link: 6 bytes on Ethernet, 20 on InfiniBand, 4 or 16 for a tunnel, whose address is IP.
package struct HardwareAddress: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// `xx:xx`, `xx-xx` or `xxxx.xxxx` in hexadecimal, leading zeros left out or not, or an IP address
    /// (systemd's parse_hw_addr).
    package init?(_ text: String) {
        if let address = IPv6Address(text) {
            bytes = address.bytes
        } else if !text.contains(":"), let address = IPv6Address("::ffff:" + text) {
            bytes = Array(address.bytes.suffix(4))
        } else if let separator = text.first(where: { ":-.".contains($0) }) {
            let digits = separator == "." ? 4 : 2
            let fields = text.split(separator: separator, omittingEmptySubsequences: false)
            let numbers = fields.compactMap { field in
                field.utf8.allSatisfy(isHexadecimal) && field.utf8.count <= digits ? UInt16(field, radix: 16) : nil
            }
            let bytes = numbers.flatMap { number in
                digits == 4 ? [UInt8(number >> 8), UInt8(number & 0xff)] : [UInt8(number)]
            }
            guard numbers.count == fields.count, [4, 6, 16, 20].contains(bytes.count) else { return nil }
            self.bytes = bytes
        } else {
            return nil
        }
    }
}

private func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
        UInt8(ascii: "A")...UInt8(ascii: "F"):
        true
    default: false
    }
}
