// The environment that the program was started with; the caller chose its values, so do not trust them.
import CLinux

/// The environment variables of this process.
package struct ProcessEnvironment: Sendable {
    private let variables: [String: String]

    /// The longest value that is read; ifupdown and systemd send none that is longer.
    static let longestValue = 8192

    package init(_ variables: [String: String]) { self.variables = variables }

    /// Reads environ(7) without values that are too long.
    package static func current() -> ProcessEnvironment {
        var variables: [String: String] = [:]
        var entry = keep6_environment()
        while let pointer = entry?.pointee {
            entry = entry?.successor()
            guard strnlen(pointer, longestValue + 1) <= longestValue else { continue }
            let parts = String(cString: pointer).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
        }
        return ProcessEnvironment(variables)
    }

    package subscript(name: String) -> String? { variables[name] }

    /// The variables whose names have the prefix, in the order of their names.
    package func variables(startingWith prefix: String) -> [(name: String, value: String)] {
        variables.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
