// Reading and writing bytes with every step checked.

/// Bytes that do not follow their format: what was being read, and where it went wrong.
public struct Malformed: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// A cursor over received bytes; each read checks what is left and moves on.
public struct ByteCursor: Sendable {
    public private(set) var rest: ArraySlice<UInt8>

    public init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    public var isAtEnd: Bool { rest.isEmpty }

    /// The next `count` bytes; throws if fewer are left.
    public mutating func take(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
        guard count >= 0, count <= rest.count else {
            throw Malformed("\(count) bytes wanted, \(rest.count) left")
        }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// The next integer in the machine's byte order, as netlink has them.
    @inlinable
    public mutating func native<T: FixedWidthInteger>(_: T.Type = T.self) throws(Malformed) -> T {
        T(bigEndian: try network())
    }

    /// The next integer in network byte order. Inlinable, since the guard reads every notification through it.
    @inlinable
    public mutating func network<T: FixedWidthInteger>(_: T.Type = T.self) throws(Malformed) -> T {
        var value: T = 0
        for byte in try take(MemoryLayout<T>.size) { value = value << 8 | T(truncatingIfNeeded: byte) }
        return value
    }
}
