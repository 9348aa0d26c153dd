/// What kept a case from going on, as a sentence.
struct LabFailure: Error, CustomStringConvertible {
    let description: String
}
