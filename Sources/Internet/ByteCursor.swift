// Reading and writing bytes with every step checked.

/// A cursor over received bytes; each read checks what is left and moves on.
///
/// Inlinable, since the guard reads every notification through it before it puts a route back.
@frozen
package struct ByteCursor: Sendable {
    @usableFromInline var bytes: ArraySlice<UInt8>

    @inlinable
    package init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// What has not been read yet.
    @inlinable package var rest: ArraySlice<UInt8> { bytes }
    @inlinable package var isAtEnd: Bool { bytes.isEmpty }

    /// The next `count` bytes; throws if fewer are left.
    @inlinable
    package mutating func take(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count else { throw missing(count) }
        let taken = bytes.prefix(count)
        bytes = bytes.dropFirst(count)
        return taken
    }

    @usableFromInline
    func missing(_ count: Int) -> Malformed { Malformed("\(count) bytes wanted, \(bytes.count) left") }

    /// The next integer in the machine's byte order, as netlink has them.
    @inlinable
    package mutating func native<T: FixedWidthInteger>(_: T.Type = T.self) throws(Malformed) -> T {
        T(bigEndian: try network())
    }

    /// The next integer in network byte order.
    @inlinable
    package mutating func network<T: FixedWidthInteger>(_: T.Type = T.self) throws(Malformed) -> T {
        var value: T = 0
        for byte in try take(MemoryLayout<T>.size) { value = value << 8 | T(truncatingIfNeeded: byte) }
        return value
    }
}
