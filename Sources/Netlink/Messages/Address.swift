// An IPv6 address on an interface, with its state (rtnetlink(7), RFC 4862).
import CLinux
import Internet

/// An address that an interface has, or is to have.
package struct Address: Hashable, Sendable {
    package var interface: InterfaceIndex
    package var value: InterfaceAddress
    /// IFA_F_* (linux/if_addr.h).
    package var flags: UInt32 = 0
    /// RT_SCOPE_*: 0 global, 253 link.
    package var scope: UInt8 = 0
    /// For how many more seconds it may be used for new connections, and at all (RFC 4862 5.5.4); nil is for ever.
    package var preferredLifetime: UInt32?
    package var validLifetime: UInt32?

    package init(interface: InterfaceIndex, value: InterfaceAddress) {
        self.interface = interface
        self.value = value
    }

    /// The error of adding an address that the interface has.
    package static let isThere = EEXIST
    /// The error of removing one that it does not have.
    package static let isNotThere = EADDRNOTAVAIL

    /// Duplicate address detection has not finished (RFC 4862 5.4).
    package var isTentative: Bool { flags & UInt32(IFA_F_TENTATIVE) != 0 && !isUsableWhileTentative }
    /// Duplicate address detection found another owner.
    package var isDuplicate: Bool { flags & UInt32(IFA_F_DADFAILED) != 0 }
    package var isDeprecated: Bool { flags & UInt32(IFA_F_DEPRECATED) != 0 }
    package var isUsable: Bool { !isTentative && !isDuplicate }
    /// Duplicate address detection has not finished, and the address may be used meanwhile (RFC 4429).
    package var isOptimistic: Bool { flags & UInt32(IFA_F_TENTATIVE) != 0 && isUsableWhileTentative && !isDuplicate }
    /// Duplicate address detection has finished, and found nobody.
    package var isVerified: Bool { flags & UInt32(IFA_F_TENTATIVE) == 0 && !isDuplicate }
    /// Somebody added it; the kernel did not form it from a router advertisement.
    package var isPermanent: Bool { flags & UInt32(IFA_F_PERMANENT) != 0 }

    /// The same address to be added again, with or without duplicate address detection (RFC 4862 5.4).
    package func addedAgain(withoutDetection: Bool) -> Address {
        var address = self
        address.flags &= UInt32(IFA_F_NOPREFIXROUTE)
        if withoutDetection { address.flags |= UInt32(IFA_F_NODAD) }
        return address
    }

    /// The same address to be added again, and to be used while it is checked.
    func addedOptimistically() -> Address {
        var address = addedAgain(withoutDetection: false)
        address.flags |= UInt32(IFA_F_OPTIMISTIC)
        return address
    }

    /// Optimistic addresses may be used while they are checked (RFC 4429).
    private var isUsableWhileTentative: Bool { flags & UInt32(IFA_F_OPTIMISTIC) != 0 }
}

extension Address {
    /// Reads an RTM_NEWADDR or RTM_DELADDR; nil if it is not IPv6.
    package static func parse(_ payload: ArraySlice<UInt8>) throws(Malformed) -> Address? {
        var cursor = ByteCursor(payload)
        let family = try cursor.native(UInt8.self)
        let length = try cursor.native(UInt8.self)
        var flags = UInt32(try cursor.native(UInt8.self))
        let scope = try cursor.native(UInt8.self)
        let interface = InterfaceIndex(rawValue: try cursor.native())
        guard family == UInt8(AF_INET6) else { return nil }
        var local: IPv6Address?
        var peer: IPv6Address?
        var lifetimes: (preferred: UInt32?, valid: UInt32?) = (nil, nil)
        for attribute in try Attribute.parse(cursor.rest) {
            switch Int(attribute.type) {
            case IFA_LOCAL: local = try attribute.address()
            case IFA_ADDRESS: peer = try attribute.address()
            case IFA_FLAGS: flags = try attribute.native()
            case IFA_CACHEINFO: lifetimes = try Address.lifetimes(attribute.payload)
            default: break
            }
        }
        guard let address = local ?? peer, let value = InterfaceAddress(address: address, prefixLength: length) else {
            throw Malformed("an address message without an address, or of prefix length \(length)")
        }
        var result = Address(interface: interface, value: value)
        result.flags = flags
        result.scope = scope
        (result.preferredLifetime, result.validLifetime) = lifetimes
        return result
    }

    /// The first two numbers of a struct ifa_cacheinfo.
    private static func lifetimes(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> (UInt32?, UInt32?) {
        var cursor = ByteCursor(bytes)
        let preferred = try cursor.native(UInt32.self)
        let valid = try cursor.native(UInt32.self)
        return (preferred == Address.forEver ? nil : preferred, valid == Address.forEver ? nil : valid)
    }

    /// INFINITY_LIFE_TIME, net/addrconf.h.
    private static let forEver = UInt32.max

    /// The request that adds this address; EEXIST if the interface has it.
    func addition(_ flags: Int32 = NLM_F_CREATE | NLM_F_EXCL) -> MessageWriter {
        var writer = MessageWriter(type: RTM_NEWADDR, flags: NLM_F_ACK | flags)
        write(into: &writer)
        writer.attribute(Int(IFA_FLAGS), self.flags)
        if preferredLifetime != nil || validLifetime != nil {
            let numbers: [UInt32] = [preferredLifetime ?? Address.forEver, validLifetime ?? Address.forEver, 0, 0]
            writer.attribute(Int(IFA_CACHEINFO), numbers.flatMap { withUnsafeBytes(of: $0) { Array($0) } })
        }
        return writer
    }

    /// The request that adds this address, or gives the one that is there its lifetimes.
    func replacement() -> MessageWriter {
        var address = self
        address.preferredLifetime = preferredLifetime ?? Address.forEver
        return address.addition(NLM_F_CREATE | NLM_F_REPLACE)
    }

    /// The request that removes this address.
    func removal() -> MessageWriter {
        var writer = MessageWriter(type: RTM_DELADDR, flags: NLM_F_ACK)
        write(into: &writer)
        return writer
    }

    private func write(into writer: inout MessageWriter) {
        writer.append(UInt8(AF_INET6))
        writer.append(value.prefixLength)
        writer.append(UInt8(0))
        writer.append(scope)
        writer.append(interface.rawValue)
        writer.attribute(Int(IFA_LOCAL), value.address.bytes)
        writer.attribute(Int(IFA_ADDRESS), value.address.bytes)
    }

    /// The request that lists the addresses of one interface.
    static func listing(of interface: InterfaceIndex) -> MessageWriter {
        var writer = MessageWriter(type: RTM_GETADDR, flags: NLM_F_DUMP)
        writer.append(UInt8(AF_INET6))
        writer.append(UInt8(0))
        writer.append(UInt16(0))
        writer.append(interface.rawValue)
        return writer
    }
}
