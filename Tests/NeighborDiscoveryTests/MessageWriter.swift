// The other direction, for the tests: what keep6 reads, written.
import Internet
import NeighborDiscovery

/// An integer's bytes in network order.
func network<T: FixedWidthInteger>(_ value: T) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

/// A link-layer address option; only addresses that fill it.
func option(_ type: UInt8, _ address: [UInt8]?) -> [UInt8] {
    address.map { [type, UInt8(($0.count + 2) / 8)] + $0 } ?? []
}

extension RouterAdvertisement {
    /// The message with the options that keep6 knows, in radvd's order; the checksum is 0.
    var bytes: [UInt8] {
        let flags = flag(0x80, isManaged) | flag(0x40, isOtherConfiguration) | preference.rawValue << 3
        var bytes: [UInt8] = [134, 0, 0, 0, curHopLimit, flags]
        bytes += network(UInt16(routerLifetime))
        bytes += network(reachableTime)
        bytes += network(retransTimer)
        for prefix in prefixes { bytes += prefix.bytes }
        if let mtu {
            bytes += [5, 1, 0, 0]
            bytes += network(mtu)
        }
        return bytes + option(1, sourceLinkLayerAddress)
    }
}

extension PrefixInformation {
    var bytes: [UInt8] {
        var bytes: [UInt8] = [3, 4, prefix.prefixLength, flag(0x80, isOnLink) | flag(0x40, isAutonomous)]
        bytes += network(validLifetime)
        bytes += network(preferredLifetime)
        bytes += [0, 0, 0, 0]
        return bytes + prefix.address.bytes
    }
}

/// A flag's bit if it is set.
private func flag(_ bit: UInt8, _ isSet: Bool) -> UInt8 { isSet ? bit : 0 }

/// The message with its checksum made 0.
func withoutChecksum(_ message: [UInt8]) -> [UInt8] { message.prefix(2) + [0, 0] + message.dropFirst(4) }
