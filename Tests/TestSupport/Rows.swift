// Rows of tables, each with the name that a failed test shows.
import Testing

package struct Row: CustomTestStringConvertible, Sendable {
    package let testDescription: String
    package let text: String
    package let expected: String

    package init(_ name: String, _ text: String, _ expected: String) {
        testDescription = name
        self.text = text
        self.expected = expected
    }
}

package struct CheckRow: CustomTestStringConvertible, Sendable {
    package let testDescription: String
    package let text: String
    /// The start and some later words of each finding, `...` between them.
    package let expected: [String]

    package init(_ name: String, _ text: String, _ expected: String...) { self.init(name, text, expected: expected) }

    package init(_ name: String, _ text: String, expected: [String]) {
        testDescription = name
        self.text = text
        self.expected = expected
    }

    package func isMet(by report: [String]) -> Bool {
        report.count == expected.count
            && zip(report, expected).allSatisfy { said, wanted in
                var rest = said[...]
                for (index, part) in wanted.split(separator: "...").enumerated() {
                    guard let range = rest.firstRange(of: part), index > 0 || range.lowerBound == rest.startIndex else {
                        return false
                    }
                    rest = rest[range.upperBound...]
                }
                return true
            }
    }
}
