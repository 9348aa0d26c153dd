// What is found in files that an administrator wrote, and where.

/// A line of a file, counted from 1; 0 is the file as a whole.
public struct FileLine: Hashable, Sendable, CustomStringConvertible {
    public let file: String
    public let line: Int

    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    public var description: String { line == 0 ? file : "\(file):\(line)" }
}

/// Something an administrator should know of a file: where, and a sentence that says what to write instead.
public struct Finding: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Severity: Hashable, Sendable {
        /// Something written does not take effect.
        case error
        /// It takes effect, and probably not as meant.
        case warning
    }

    public let place: FileLine
    public let sentence: String
    public let severity: Severity

    public init(_ place: FileLine, _ severity: Severity, _ sentence: String) {
        self.place = place
        self.severity = severity
        self.sentence = sentence
    }

    public var file: String { place.file }
    public var line: Int { place.line }
    public var description: String { "\(place): \(sentence)" }
}
