// The XML in which libvirt keeps a network (https://libvirt.org/formatnetwork.html), as far as keep6 needs it.
import Internet

/// Reads libvirt's own files, which it writes in one form; no reader of XML in general.
package enum LibvirtNetworkXML {
    /// The most of a file that is read, in bytes.
    package static let limit = 1 << 20

    /// The bridge in `<bridge name='virbr6' .../>`; nil if the network has none, or its name cannot be one.
    package static func bridge(in text: [UInt8]) -> InterfaceName? {
        guard let words = tags("bridge", in: text).first else { return nil }
        return value(of: "name", among: words).flatMap { InterfaceName($0) }
    }

    /// What stands in `<forward mode='route'/>`; nil where there is no such tag, as in an isolated network's.
    static func forwardMode(in text: [UInt8]) -> String? {
        tags("forward", in: text).first.flatMap { value(of: "mode", among: $0) }
    }

    /// The network's IPv6 addresses, of `<ip family='ipv6' address='2001:db8:2::1' prefix='64'/>`.
    package static func addresses(in text: [UInt8]) -> [InterfaceAddress] {
        tags("ip", in: text).compactMap { words in
            guard value(of: "family", among: words) == "ipv6", let address = value(of: "address", among: words) else {
                return nil
            }
            return InterfaceAddress("\(address)/\(value(of: "prefix", among: words) ?? "128")")
        }
    }

    /// The words after the name in each tag of that name.
    private static func tags(_ name: String, in text: [UInt8]) -> [[ArraySlice<UInt8>]] {
        var rest = withoutComments(text)[...]
        var found: [[ArraySlice<UInt8>]] = []
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[start...].dropFirst()
            let tag = rest.prefix { $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "<") }
            rest = rest.dropFirst(tag.count)
            let words = tag.split { isSpace($0) }
            if words.first.map({ $0.elementsEqual(name.utf8) }) == true { found.append(Array(words.dropFirst())) }
        }
        return found
    }

    private static func value(of name: String, among words: [ArraySlice<UInt8>]) -> String? {
        words.lazy.compactMap { value(of: name, in: $0) }.first
    }

    /// The value of an attribute that stands in one word, `name='virbr6'`.
    private static func value(of name: String, in word: ArraySlice<UInt8>) -> String? {
        guard word.starts(with: Array("\(name)=".utf8)) else { return nil }
        let quoted = word.dropFirst(name.utf8.count + 1)
        guard let quote = quoted.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        let value = quoted.dropFirst().prefix { $0 != quote }
        return String(decoding: value, as: UTF8.self)
    }

    /// The text with blanks for comments, so that each byte keeps its place. A comment without an end goes to the end.
    static func withoutComments(_ text: [UInt8]) -> [UInt8] {
        let (begin, end) = (Array("<!--".utf8), Array("-->".utf8))
        var text = text
        var place = text.startIndex
        while let start = text[place...].firstPlace(of: begin) {
            place = text[(start + begin.count)...].firstPlace(of: end).map { $0 + end.count } ?? text.endIndex
            for byte in start..<place { text[byte] = UInt8(ascii: " ") }
        }
        return text
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}

extension ArraySlice<UInt8> {
    /// Where these bytes stand first.
    func firstPlace(of words: [UInt8]) -> Int? {
        guard let first = words.first else { return nil }
        var rest = self
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: words) { return start }
            rest = rest.dropFirst()
        }
        return nil
    }
}
