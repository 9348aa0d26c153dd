// A failure, in words.

/// A sentence without its full stop, for the administrator.
package struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
