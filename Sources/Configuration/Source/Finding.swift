// What is found in files that an administrator wrote, and where.

/// A line of a file, counted from 1; 0 is the file as a whole.
package struct FileLine: Hashable, Sendable, CustomStringConvertible {
    package let file: String
    package let line: Int

    package init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    package var description: String { line == 0 ? file : "\(file):\(line)" }
}

/// Something an administrator should know of a file: where, and a sentence that says what to write instead.
package struct Finding: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Severity: Hashable, Sendable {
        /// Something written does not take effect.
        case error
        /// It takes effect, and probably not as meant.
        case warning
    }

    package let place: FileLine
    package let sentence: String
    package let severity: Severity

    package init(_ place: FileLine, _ severity: Severity, _ sentence: String) {
        self.place = place
        self.severity = severity
        self.sentence = sentence
    }

    package var file: String { place.file }
    package var line: Int { place.line }
    package var description: String { "\(place): \(sentence)" }
}
