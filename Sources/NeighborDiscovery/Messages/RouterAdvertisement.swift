// What a router says about itself and its link.
import Internet

/// A Router Advertisement (RFC 4861 4.2, RFC 4191 2.2).
package struct RouterAdvertisement: Equatable, Sendable {
    /// The hop limit for outgoing packets; 0 is unspecified.
    package var curHopLimit: UInt8
    /// Whether the M flag is set: addresses by DHCPv6.
    package var isManaged: Bool
    /// Whether the O flag is set: other configuration by DHCPv6.
    package var isOtherConfiguration: Bool
    package var preference: RouterPreference
    /// In seconds, 0 to 65535 (RFC 8319); 0 says: not a default router, or no longer.
    package var routerLifetime: Int
    /// In milliseconds; 0 is unspecified.
    package var reachableTime: UInt32
    /// In milliseconds; 0 is unspecified.
    package var retransTimer: UInt32
    /// In bytes, at least 1280; nil if none is advertised.
    package var mtu: UInt32?
    /// The option's bytes: 6 on Ethernet; longer addresses come with the option's padding.
    package var sourceLinkLayerAddress: [UInt8]?
    package var prefixes: [PrefixInformation]

    package init(
        curHopLimit: UInt8 = 0, isManaged: Bool = false, isOtherConfiguration: Bool = false,
        preference: RouterPreference = .medium, routerLifetime: Int, reachableTime: UInt32 = 0,
        retransTimer: UInt32 = 0, mtu: UInt32? = nil, sourceLinkLayerAddress: [UInt8]? = nil,
        prefixes: [PrefixInformation] = []
    ) {
        self.curHopLimit = curHopLimit
        self.isManaged = isManaged
        self.isOtherConfiguration = isOtherConfiguration
        self.preference = preference
        self.routerLifetime = routerLifetime
        self.reachableTime = reachableTime
        self.retransTimer = retransTimer
        self.mtu = mtu
        self.sourceLinkLayerAddress = sourceLinkLayerAddress
        self.prefixes = prefixes
    }
}

extension RouterAdvertisement {
    /// Reads an ICMPv6 message; throws where its bytes fail RFC 4861 6.1.2.
    ///
    /// Hop limit, source and checksum are not among these bytes: see `ReceivedMessage`.
    package static func parse(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> RouterAdvertisement {
        var cursor = ByteCursor(bytes)
        try cursor.header(of: .routerAdvertisement, atLeast: 16)
        let curHopLimit: UInt8 = try cursor.network()
        let flags: UInt8 = try cursor.network()
        let routerLifetime: UInt16 = try cursor.network()
        var advertisement = RouterAdvertisement(
            curHopLimit: curHopLimit, isManaged: flags & 0x80 != 0, isOtherConfiguration: flags & 0x40 != 0,
            preference: RouterPreference(bits: flags >> 3), routerLifetime: Int(routerLifetime),
            reachableTime: try cursor.network(), retransTimer: try cursor.network())
        while !cursor.isAtEnd { advertisement.add(try cursor.option()) }
        return advertisement
    }

    /// Takes over a known option; one that is unknown, a repetition, or of values without sense changes nothing.
    ///
    /// The kernel does the same: such an option does not spoil the message, and the first of two counts
    /// (net/ipv6/ndisc.c, ndisc_parse_options; net/ipv6/addrconf.c, addrconf_prefix_rcv).
    private mutating func add(_ option: MessageOption) {
        switch option.type {
        case MessageOption.sourceLinkLayerAddress:
            if sourceLinkLayerAddress == nil { sourceLinkLayerAddress = Array(option.body) }
        case MessageOption.mtu:
            var cursor = ByteCursor(option.body.dropFirst(2))
            if mtu == nil, let value = try? cursor.network(UInt32.self), value >= 1280 { mtu = value }
        case MessageOption.prefixInformation:
            if let prefix = try? PrefixInformation.parse(option.body) { prefixes.append(prefix) }
        default:
            break
        }
    }
}
