import Foundation

/// The project's README, for those who do exactly what it says.
struct Readme {
    private let sections: [String: [Substring]]

    init() throws {
        let parts = try String(contentsOfFile: ProjectTree.path("README.md"), encoding: .utf8).components(
            separatedBy: "\n## ")
        sections = Dictionary(
            parts.map { part in
                let lines = part.split(separator: "\n", omittingEmptySubsequences: false)
                return (String(lines[0]), Array(lines.dropFirst()))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// A section's blocks of code, each as its lines without the indent and without comments.
    func blocks(of section: String) throws -> [[String]] {
        guard let lines = sections[section] else {
            throw LabFailure(description: "README.md has no section '\(section)'")
        }
        let blocks = lines.split { !$0.hasPrefix("    ") }
        return blocks.map { block in
            block.map { line in
                let code = line.dropFirst(4)
                return String(code.range(of: "  #").map { code[..<$0.lowerBound] } ?? code[...])
                    .replacing(trailing: " ")
            }
        }
    }

    /// The name of the package's file that a section's table gives for a release.
    func packageFile(for release: DebianRelease, in section: String) throws -> String {
        for line in sections[section] ?? [] where line.hasPrefix("| \(release.testDescription) |") {
            let words = line.split(separator: "`")
            if words.count == 3 { return String(words[1]) }
        }
        throw LabFailure(description: "README.md, '\(section)', names no file for \(release.testDescription)")
    }
}

extension String {
    fileprivate func replacing(trailing character: Character) -> String {
        var rest = Substring(self)
        while rest.last == character { rest.removeLast() }
        return String(rest)
    }
}
