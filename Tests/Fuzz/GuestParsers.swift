// What the guests' side reads: packets that were overheard, libvirt's networks, and what it has remembered itself.
import Internet
import Netlink

@testable import Configuration
@testable import NeighborDiscovery
@testable import StateMachines

/// As it is, and with the right checksum, which no mutation finds.
let readHeardPacket: @Sendable ([UInt8]) -> String? = { input in
    _ = try? NeighborMessage.parse(([0xee] + input).dropFirst())
    switch try? NeighborMessage.parse(signed(input)[...]) {
    case .solicitation(let solicitation, let source):
        if solicitation.target.isMulticast { return "a question for a multicast address" }
        return source.isMulticast ? "from a multicast address" : nil
    case .advertisement(let advertisement, let source):
        if advertisement.target.isMulticast { return "a multicast target" }
        return source.isMulticast ? "from a multicast address" : nil
    case nil: return nil
    }
}

/// The packet with the checksum that its header and its length ask for (RFC 8200 8.1).
private func signed(_ packet: [UInt8]) -> [UInt8] {
    guard packet.count >= 44 else { return packet }
    var packet = packet
    (packet[42], packet[43]) = (0, 0)
    let length = min(Int(packet[4]) << 8 | Int(packet[5]), packet.count - 40)
    var sum = length + 58
    for (place, byte) in packet[8..<40 + length].enumerated() { sum += place % 2 == 0 ? Int(byte) << 8 : Int(byte) }
    while sum > 0xffff { sum = (sum >> 16) + (sum & 0xffff) }
    (packet[42], packet[43]) = (UInt8(~sum >> 8 & 0xff), UInt8(~sum & 0xff))
    return packet
}

let readLibvirtNetwork: @Sendable ([UInt8]) -> String? = { input in
    guard LibvirtNetworkXML.addresses(in: input).count <= input.count / 4 else { return "more addresses than tags" }
    guard let plan = LibvirtNetworkPreparation(input) else { return nil }
    let address = IPv6Address("fd00:6::1")!
    let prepared = plan.prepared(address: address)
    guard let result = LibvirtNetworkPreparation(prepared) else { return "it is no network any more" }
    guard result.missing.isEmpty else { return "\(result.missing) is still missing" }
    guard result.prepared(address: address) == prepared else { return "it is prepared twice" }
    return plan.missing.isEmpty && prepared != input ? "nothing was missing, and something was added" : nil
}

/// Two networks without and one with a number, on a host whose clocks stand anywhere.
let readGuestMemory: @Sendable ([UInt8]) -> String? = { input in
    guard let memory = try? GuestMemory(text: String(decoding: input, as: UTF8.self)) else { return nil }
    guard (try? GuestMemory(text: memory.text)) == memory else { return "it is not read back as it was written" }
    let wish = ["default", "lab", "dmz:ffffffff"].compactMap { GuestSubnet($0) }
    let bridge = GuestNumbering.Bridge(
        interface: InterfaceIndex(rawValue: 7), name: InterfaceName("virbr0")!, addresses: [])
    let known = memory.current.keys.sorted { $0.description < $1.description }.prefix(1).map { DelegatedPrefix($0) }
    for time in [0, 1_700_000_000_000_000, Int64.max].map(WallTime.init(microseconds:)) {
        for delegated in [[], known] {
            var state = GuestNumbering(wish, memory: memory)
            let snapshot = GuestNumbering.Snapshot(
                delegated: delegated, bridges: Dictionary(wish.map { ($0.network, bridge) }) { first, _ in first })
            let now = Instant(microseconds: 1 << 40)
            _ = state.converge(snapshot, at: now, time)
            guard (try? GuestMemory(text: state.memory.text)) == state.memory else {
                return "what it remembers is torn"
            }
        }
    }
    return nil
}
