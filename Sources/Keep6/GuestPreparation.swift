// What a libvirt network's XML lacks for its guests to get addresses of a delegated prefix, and the XML with it.
import Internet

/// A network's XML as `virsh net-dumpxml` or libvirt's own file has it (https://libvirt.org/formatnetwork.html).
public struct GuestPreparation: Sendable {
    /// A part that is missing.
    public enum Part: CaseIterable, Sendable {
        /// An IPv6 address of the network's own: without one libvirt turns IPv6 off on the bridge.
        case address
        /// dnsmasq's range that follows the addresses of the bridge.
        case range
        /// dnsmasq's router advertisements.
        case advertisements
    }

    private static let namespace = "xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'"
    private static let end = Array("</network>".utf8)
    private static let optionsEnd = Array("</dnsmasq:options>".utf8)

    private let text: [UInt8]
    private let bridge: InterfaceName

    /// nil if it is no network with a bridge.
    public init?(_ text: [UInt8]) {
        guard let bridge = LibvirtNetworkText.bridge(in: text), text.place(of: GuestPreparation.end) != nil else {
            return nil
        }
        self.text = text
        self.bridge = bridge
    }

    /// What is missing, in the order in which it is added.
    public var missing: [Part] {
        Part.allCases.filter { part in
            switch part {
            case .address: !["'", "\""].contains { text.place(of: Array("<ip family=\($0)ipv6\($0)".utf8)) != nil }
            case .range: text.place(of: Array("constructor:\(bridge),".utf8)) == nil
            case .advertisements: text.place(of: Array("enable-ra".utf8)) == nil
            }
        }
    }

    /// The lines of a part, as they are to stand in the XML.
    public func lines(of part: Part, address: IPv6Address) -> [String] {
        switch part {
        case .address: ["<ip family='ipv6' address='\(address)' prefix='64'>", "</ip>"]
        case .range: ["<dnsmasq:option value='dhcp-range=::,constructor:\(bridge),ra-only,64,1h'/>"]
        case .advertisements: ["<dnsmasq:option value='enable-ra'/>"]
        }
    }

    /// The XML with all that is missing; `address` is the network's own, where it has none.
    public func prepared(address: IPv6Address) -> [UInt8] {
        var text = text
        let missing = missing
        let options = missing.filter { $0 != .address }.flatMap { lines(of: $0, address: address) }
        if !options.isEmpty { add(options, to: &text) }
        if missing.contains(.address) {
            let place = text.place(of: Array("<dnsmasq:options>".utf8)) ?? text.place(of: GuestPreparation.end) ?? 0
            insert(lines(of: .address, address: address), indent: 2, before: place, in: &text)
        }
        return text
    }

    private func add(_ options: [String], to text: inout [UInt8]) {
        if let place = text.place(of: GuestPreparation.optionsEnd) {
            insert(options, indent: 4, before: place, in: &text)
            return
        }
        let block = ["<dnsmasq:options>"] + options.map { "  " + $0 } + ["</dnsmasq:options>"]
        insert(block, indent: 2, before: text.place(of: GuestPreparation.end) ?? text.count, in: &text)
        if text.place(of: Array("xmlns:dnsmasq".utf8)) == nil, let root = text.place(of: Array("<network".utf8)) {
            text.insert(contentsOf: Array(" \(GuestPreparation.namespace)".utf8), at: root + "<network".utf8.count)
        }
    }

    /// Puts lines before the line in which `place` is.
    private func insert(_ lines: [String], indent: Int, before place: Int, in text: inout [UInt8]) {
        let start = text[..<place].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? place
        let isAlone = text[start..<place].allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        let margin = String(repeating: " ", count: indent)
        let block = lines.map { margin + $0 + "\n" }.joined()
        text.insert(contentsOf: Array((isAlone ? "" : "\n").utf8) + Array(block.utf8), at: isAlone ? start : place)
    }
}

extension [UInt8] {
    /// Where these bytes stand first.
    fileprivate func place(of words: [UInt8]) -> Int? {
        guard !words.isEmpty, count >= words.count else { return nil }
        return (0...count - words.count).first { self[$0...].starts(with: words) }
    }
}
