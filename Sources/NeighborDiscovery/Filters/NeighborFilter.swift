// The socket filter that has the kernel drop all packets of a link but the questions and answers that matter.
import CLinux
import Internet
import Linux

/// What a `NeighborPacketSocket` hears, of addresses with one of these prefixes.
package enum NeighborFilter: Equatable, Sendable {
    /// Guests that begin to use an address: their checks for duplicates (RFC 4862 5.4) and what they announce unasked;
    /// answers to questions only if those are asked just now.
    case guests(prefixes: [InterfaceAddress], answers: Bool)
    /// The uplink's neighbors: those that ask all for an address, and those that say that they have it.
    case neighbors(prefixes: [InterfaceAddress])
    case nothing

    /// At most so many prefixes are told apart, for a jump in a filter spans 255 statements.
    package static let prefixLimit = 8

    /// The offsets of the parts of a packet: RFC 8200 3, then ICMPv6.
    private enum Offset {
        static let nextHeader: UInt32 = 6
        static let hopLimit: UInt32 = 7
        static let source: UInt32 = 8
        static let destination: UInt32 = 24
        static let type: UInt32 = 40
        static let flags: UInt32 = 44
        static let target: UInt32 = 48
    }

    /// The program, which also drops what these senders sent; a packet begins with its IPv6 header.
    func filter(without senders: some Collection<HardwareSender>) -> SocketFilter {
        var filter = SocketFilter()
        for sender in senders { sender.drop(&filter) }
        switch self {
        case .nothing: filter.drop()
        case .guests(let prefixes, let answers):
            NeighborFilter.begin(&filter, prefixes)
            filter.append(NeighborFilter.guests(answers: answers))
        case .neighbors(let prefixes):
            NeighborFilter.begin(&filter, prefixes)
            filter.append(NeighborFilter.neighbors())
        }
        return filter
    }

    /// Goes on with ICMPv6 of a neighbor that is about an address with one of the prefixes.
    private static func begin(_ filter: inout SocketFilter, _ prefixes: [InterfaceAddress]) {
        filter.load(.byte, at: Offset.nextHeader)
        filter.require(UInt32(icmpv6))
        filter.load(.byte, at: Offset.hopLimit)
        filter.require(255)
        let blocks = prefixes.prefix(prefixLimit).map { words(of: $0) }
        for (place, words) in blocks.enumerated() {
            let rest = blocks[(place + 1)...].reduce(1) { $0 + 3 * $1.count }
            for (number, word) in words.enumerated() {
                let isLast = number == words.count - 1
                filter.load(.word, at: Offset.target + word.offset)
                filter.mask(word.mask)
                filter.skip(
                    isLast ? rest : 0, ifEqual: word.value, else: 3 * (words.count - 1 - number))
            }
        }
        filter.drop()
    }

    private static func words(of prefix: InterfaceAddress) -> [(offset: UInt32, mask: UInt32, value: UInt32)] {
        let (mask, address) = (prefix.mask, prefix.address)
        let halves = [(mask.high, address.high), (mask.low, address.low)]
        let words = halves.flatMap { mask, value in
            [32, 0].map { (UInt32(truncatingIfNeeded: mask >> $0), UInt32(truncatingIfNeeded: value >> $0)) }
        }
        return words.enumerated().filter { $0.element.0 != 0 }.map {
            (UInt32($0.offset * 4), $0.element.0, $0.element.1 & $0.element.0)
        }
    }

    private static func guests(answers: Bool) -> SocketFilter {
        var advertisement = SocketFilter()
        if !answers {
            advertisement.load(.byte, at: Offset.flags)
            advertisement.skip(0, ifAnyOf: UInt32(NeighborAdvertisement.solicitedFlag), else: 1)
            advertisement.drop()
        }
        advertisement.accept()
        var filter = SocketFilter()
        filter.load(.byte, at: Offset.type)
        filter.skip(0, ifEqual: UInt32(MessageType.neighborAdvertisement.rawValue), else: advertisement.count)
        filter.append(advertisement)
        filter.require(UInt32(MessageType.neighborSolicitation.rawValue))
        for word: UInt32 in 0..<4 {
            filter.load(.word, at: Offset.source + 4 * word)
            filter.require(0)
        }
        filter.accept()
        return filter
    }

    /// Questions to all: one to this host alone is about whether an answer still holds, and the kernel's to give.
    private static func neighbors() -> SocketFilter {
        var filter = SocketFilter()
        filter.load(.byte, at: Offset.type)
        filter.skip(0, ifEqual: UInt32(MessageType.neighborAdvertisement.rawValue), else: 1)
        filter.accept()
        filter.require(UInt32(MessageType.neighborSolicitation.rawValue))
        filter.load(.byte, at: Offset.destination)
        filter.require(0xff)
        filter.accept()
        return filter
    }
}
