// A document of the project with parts that a run writes anew: those between a pair of comments.
import Foundation

struct Document {
    let path: String

    /// Puts `text` between `<!-- name -->` and `<!-- end of name -->`.
    func replace(_ name: String, with text: String) throws {
        let whole = try String(contentsOfFile: path, encoding: .utf8)
        guard let begin = whole.range(of: "<!-- \(name) -->\n"),
            let end = whole.range(of: "<!-- end of \(name) -->\n", range: begin.upperBound..<whole.endIndex)
        else { throw LabFailure(description: "'\(path)' has no part '\(name)'") }
        let new = whole[..<begin.upperBound] + "\n\(text)\n" + whole[end.lowerBound...]
        try new.write(toFile: path, atomically: true, encoding: .utf8)
    }
}
