// How much a router wants to be the default router.

/// A default router's preference (RFC 4191 2.1); the raw value is the two bits of the flags byte.
package enum RouterPreference: UInt8, Sendable {
    case low = 0b11
    case medium = 0b00
    case high = 0b01

    /// The preference in the two lowest bits; the reserved value 10 counts as medium (RFC 4191 2.2).
    init(bits: UInt8) { self = RouterPreference(rawValue: bits & 0b11) ?? .medium }

    /// What RTA_PREF says: ICMPV6_ROUTER_PREF_LOW, _MEDIUM or _HIGH of linux/icmpv6.h, the same numbers as on the wire.
    package var netlinkValue: UInt8 { rawValue }
}
