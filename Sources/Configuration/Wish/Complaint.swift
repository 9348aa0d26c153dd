// What is wrong with an option, and where it stands.

/// Why an option was not taken: the option, its value, and a clause that says what is wrong and what would be right.
package struct Complaint: Error, Equatable, Sendable, CustomStringConvertible {
    package let option: WishOption
    package let reason: String

    package init(option: WishOption, reason: String) {
        self.option = option
        self.reason = reason
    }

    package var description: String { "option '\(option)': \(reason)" }
}

/// A complaint, and the line that it is about.
package struct LocatedComplaint: Equatable, Sendable {
    package let place: FileLine
    package let complaint: Complaint

    /// As `keep6 check` says it.
    var finding: Finding { Finding(place, .error, complaint.description) }
}
