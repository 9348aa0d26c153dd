// A failure, in words.

/// A sentence without its full stop, for the administrator.
public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
