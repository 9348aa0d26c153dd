// The XML in which libvirt keeps a network (https://libvirt.org/formatnetwork.html), as far as keep6 needs it.
import Internet

/// Reads libvirt's own files, which it writes in one form; no reader of XML in general.
public enum LibvirtNetworkText {
    /// The most of a file that is read, in bytes.
    public static let limit = 1 << 20

    /// The bridge in `<bridge name='virbr6' .../>`; nil if the network has none, or its name cannot be one.
    public static func bridge(in text: [UInt8]) -> InterfaceName? {
        var rest = text[...]
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[start...].dropFirst()
            if rest.starts(with: Array("!--".utf8)) {
                rest = behind(Array("-->".utf8), in: rest)
                continue
            }
            let tag = rest.prefix { $0 != UInt8(ascii: ">") }
            rest = rest.dropFirst(tag.count)
            let words = tag.split { isSpace($0) }
            guard words.first.map({ $0.elementsEqual("bridge".utf8) }) == true else { continue }
            return words.dropFirst().compactMap { value(of: "name", in: $0) }.first.flatMap { InterfaceName($0) }
        }
        return nil
    }

    /// The value of an attribute that stands in one word, `name='virbr6'`.
    private static func value(of name: String, in word: ArraySlice<UInt8>) -> String? {
        guard word.starts(with: Array("\(name)=".utf8)) else { return nil }
        let quoted = word.dropFirst(name.utf8.count + 1)
        guard let quote = quoted.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        let value = quoted.dropFirst().prefix { $0 != quote }
        return String(decoding: value, as: UTF8.self)
    }

    private static func behind(_ end: [UInt8], in text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = text
        while !rest.isEmpty, !rest.starts(with: end) { rest = rest.dropFirst() }
        return rest.dropFirst(end.count)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}
