// What a libvirt network's XML lacks for its guests to get addresses of a delegated prefix, and the XML with it.
import Internet

/// A network's XML as `virsh net-dumpxml` or libvirt's own file has it (https://libvirt.org/formatnetwork.html).
package struct LibvirtNetworkPreparation: Sendable {
    /// A part that is missing.
    package enum Part: CaseIterable, Sendable {
        /// An IPv6 address of the network's own: without one libvirt turns IPv6 off on the bridge.
        case address
        /// dnsmasq's range that follows the addresses of the bridge.
        case range
        /// dnsmasq's router advertisements.
        case advertisements
    }

    private static let namespace = "xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'"

    private let text: [UInt8]
    private let bridge: InterfaceName

    /// nil if it is not a network with a bridge.
    package init?(_ text: [UInt8]) {
        guard let bridge = LibvirtNetworkXML.bridge(in: text),
            LibvirtNetworkPreparation.place(of: "</network>", in: text) != nil
        else { return nil }
        self.text = text
        self.bridge = bridge
    }

    /// What is missing, in the order in which it is added.
    package var missing: [Part] {
        Part.allCases.filter { part in
            switch part {
            case .address: LibvirtNetworkXML.addresses(in: text).isEmpty
            case .range: Self.place(of: "constructor:\(bridge),", in: text) == nil
            case .advertisements: Self.place(of: "enable-ra", in: text) == nil
            }
        }
    }

    /// The lines of a part, as they are to stand in the XML.
    package func lines(of part: Part, address: IPv6Address) -> [String] {
        switch part {
        case .address: ["<ip family='ipv6' address='\(address)' prefix='64'>", "</ip>"]
        case .range: ["<dnsmasq:option value='dhcp-range=::,constructor:\(bridge),ra-only,64,1h'/>"]
        case .advertisements: ["<dnsmasq:option value='enable-ra'/>"]
        }
    }

    /// The XML with all that is missing; `address` is the network's own, where it has none.
    package func prepared(address: IPv6Address) -> [UInt8] {
        var text = text
        let missing = missing
        let options = missing.filter { $0 != .address }.flatMap { lines(of: $0, address: address) }
        if !options.isEmpty { add(options, to: &text) }
        if missing.contains(.address) {
            let place = Self.place(of: "<dnsmasq:options>", in: text) ?? Self.place(of: "</network>", in: text) ?? 0
            insert(lines(of: .address, address: address), indent: 2, before: place, in: &text)
        }
        return text
    }

    private func add(_ options: [String], to text: inout [UInt8]) {
        if let place = Self.place(of: "</dnsmasq:options>", in: text) {
            insert(options, indent: 4, before: place, in: &text)
            return
        }
        let block = ["<dnsmasq:options>"] + options.map { "  " + $0 } + ["</dnsmasq:options>"]
        insert(block, indent: 2, before: Self.place(of: "</network>", in: text) ?? text.count, in: &text)
        if Self.place(of: "xmlns:dnsmasq", in: text) == nil, let root = Self.place(of: "<network", in: text) {
            text.insert(
                contentsOf: Array(" \(LibvirtNetworkPreparation.namespace)".utf8), at: root + "<network".utf8.count)
        }
    }

    /// Where these words stand first, comments left out.
    private static func place(of words: String, in text: [UInt8]) -> Int? {
        LibvirtNetworkXML.withoutComments(text)[...].firstPlace(of: Array(words.utf8))
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
