// The error of every reader of bytes and of text.

/// Bytes that do not follow their format: what was being read, and where it went wrong.
package struct Malformed: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
