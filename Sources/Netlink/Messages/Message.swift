// The netlink message: a header, a fixed part, attributes (netlink(7)). Bytes to values and back.
import CLinux
import Internet

/// One netlink message, its header read and its payload still bytes.
package struct Message: Equatable, Sendable {
    package let type: UInt16
    package let flags: UInt16
    package let sequence: UInt32
    /// The port of the socket whose request caused it; 0 is the kernel itself.
    package let port: UInt32
    package let payload: ArraySlice<UInt8>

    static let headerLength = 16

    /// The messages of one datagram; a length below the header's or past the end is an error.
    package static func parse(_ datagram: ArraySlice<UInt8>) throws(Malformed) -> [Message] {
        var cursor = ByteCursor(datagram)
        var messages: [Message] = []
        while !cursor.isAtEnd {
            let length = Int(try cursor.native(UInt32.self))
            guard length >= headerLength else { throw Malformed("a netlink message of \(length) bytes") }
            let type = try cursor.native(UInt16.self)
            let flags = try cursor.native(UInt16.self)
            let sequence = try cursor.native(UInt32.self)
            let port = try cursor.native(UInt32.self)
            let payload = try cursor.take(length - headerLength)
            messages.append(Message(type: type, flags: flags, sequence: sequence, port: port, payload: payload))
            _ = try cursor.take(min(padding(length), cursor.rest.count))
        }
        return messages
    }
}

/// One attribute: its type without the nested and byte-order flags, and its bytes.
package struct Attribute: Equatable, Sendable {
    package let type: UInt16
    package let payload: ArraySlice<UInt8>

    /// The attributes of a message's rest; a length below the header's or past the end is an error.
    package static func parse(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> [Attribute] {
        var cursor = ByteCursor(bytes)
        var attributes: [Attribute] = []
        while !cursor.isAtEnd {
            let length = Int(try cursor.native(UInt16.self))
            let type = try cursor.native(UInt16.self) & UInt16(attributeTypeMask)
            guard length >= 4 else { throw Malformed("an attribute of \(length) bytes") }
            attributes.append(Attribute(type: type, payload: try cursor.take(length - 4)))
            _ = try cursor.take(min(padding(length), cursor.rest.count))
        }
        return attributes
    }

    /// The payload as an integer in the machine's byte order; bytes past it are an error.
    package func native<T: FixedWidthInteger>(_: T.Type = T.self) throws(Malformed) -> T {
        guard payload.count == MemoryLayout<T>.size else {
            throw Malformed("attribute \(type) of \(payload.count) bytes")
        }
        var cursor = ByteCursor(payload)
        return try cursor.native()
    }

    /// The payload up to a zero byte.
    package var text: String { String(decoding: payload.prefix { $0 != 0 }, as: UTF8.self) }

    /// The payload as an IPv6 address.
    package func address() throws(Malformed) -> IPv6Address {
        guard let address = IPv6Address(bytes: payload) else {
            throw Malformed("attribute \(type), an address of \(payload.count) bytes")
        }
        return address
    }
}

/// A request being written: the header first, its length put right at the end.
struct MessageWriter {
    private var bytes: [UInt8] = []

    init(type: Int, flags: Int32) {
        bytes.reserveCapacity(128)
        append(UInt32(0))
        append(UInt16(type))
        append(UInt16(truncatingIfNeeded: NLM_F_REQUEST | flags))
        append(UInt32(0))
        append(UInt32(0))
    }

    mutating func append<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
    }

    mutating func attribute(_ type: Int, _ payload: some Collection<UInt8>) {
        append(UInt16(4 + payload.count))
        append(UInt16(type))
        bytes.append(contentsOf: payload)
        bytes.append(contentsOf: repeatElement(0, count: padding(bytes.count)))
    }

    mutating func attribute<T: FixedWidthInteger>(_ type: Int, _ value: T) {
        attribute(type, withUnsafeBytes(of: value) { Array($0) })
    }

    mutating func nested(_ type: Int, _ fill: (inout MessageWriter) -> Void) {
        let start = bytes.count
        append(UInt16(0))
        append(UInt16(type | Int(NLA_F_NESTED)))
        fill(&self)
        patch(UInt16(bytes.count - start), at: start)
    }

    /// The finished request with its sequence number.
    mutating func finish(sequence: UInt32) -> [UInt8] {
        patch(UInt32(bytes.count), at: 0)
        patch(sequence, at: 8)
        return bytes
    }

    private mutating func patch<T: FixedWidthInteger>(_ value: T, at offset: Int) {
        withUnsafeBytes(of: value) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
    }
}

/// The type bits of an attribute (linux/netlink.h, NLA_TYPE_MASK, which Swift cannot import).
private let attributeTypeMask = ~(NLA_F_NESTED | NLA_F_NET_BYTEORDER) & 0xffff

/// The bytes that fill up to the next multiple of four.
private func padding(_ length: Int) -> Int { (4 - length % 4) % 4 }
