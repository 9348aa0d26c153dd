// The manual pages, the README and the completion: every option of the code is in them, and none else.
import Foundation
import Testing

@testable import Configuration
@testable import Presentation
@testable import StateMachines

private func text(_ name: String) throws -> String {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../\(name)")
    return try String(contentsOf: path.standardized, encoding: .utf8)
}

/// What the expression's first group takes of the text.
private func all(_ expression: Regex<(Substring, Substring)>, in text: String) -> Set<String> {
    Set(text.matches(of: expression).map { String($0.output.1) })
}

@Suite struct ManualTests {
    private static func names(_ notation: WishNotation) -> Set<String> {
        Set(WishKey.allCases.compactMap { $0.name(in: notation) })
    }

    /// The headings of the options in a manual page: the word behind `.TP` and a macro.
    private func headings(_ page: String) throws -> Set<String> {
        let options = try text(page).components(separatedBy: ".SH OPTIONS\n").last?.components(separatedBy: ".SH ")
            .first
        return all(/\.TP\n\.[A-Z]+ "?([A-Za-z0-9\\-]+)/, in: try #require(options))
    }

    @Test func optionsOfAStanza() throws {
        let found = try headings("docs/interfaces-keep6.5").map { $0.replacing("\\-", with: "-") }
        #expect(Set(found) == Self.names(.stanza))
    }

    @Test func keysOfANetworkFile() throws {
        #expect(try headings("docs/keep6.network.5") == Self.names(.networkFile))
    }

    @Test func theReadmeHasThemAll() throws {
        let table = try #require(try text("README.md").components(separatedBy: "## Options\n").last)
        #expect(all(/\n\| `(keep6[a-z-]*)/, in: table) == Self.names(.stanza))
        #expect(all(/\| `([A-Z][A-Za-z]+)=/, in: table).union(["Enable"]) == Self.names(.networkFile))
    }

    /// The lines of `keep6 --help`, the synopsis, and what bash completes.
    @Test func subcommandsAndTheirOptions() throws {
        let usage = try #require(
            try text("Sources/keep6/Commands/Command.swift").components(separatedBy: "usage: ").last?
                .components(separatedBy: "\n\n").first)
        let synopsis = try #require(
            try text("docs/keep6.8").components(separatedBy: ".SH SYNOPSIS\n").last?.components(separatedBy: ".SH ")
                .first
        ).replacing("\\-", with: "-")
        let completion = try text("debian/completion/keep6")
        let commands = all(/keep6 ([a-z]+)/, in: usage)
        #expect(commands == all(/\.BI? keep6 ([a-z]+)/, in: synopsis))
        let lines = completion.split(separator: "\n").map(String.init)
        let first = try #require(lines.first { $0.contains("words='status") })
        #expect(commands == all(/([a-z]{3,})/, in: first.replacing("words=", with: "").replacing("--help", with: "")))
        let options = all(/(--[a-z-]+)/, in: usage)
        #expect(options == all(/(--[a-z-]+)/, in: synopsis))
        #expect(options == all(/[ ='"](--[a-z-]+)/, in: completion.replacing("list --all --name", with: "")))
    }

    /// The values of KEEP6_EVENT= of the guard's entries, and those that the manual explains.
    @Test func eventsOfTheGuard() throws {
        let events = JournalEvent.allCases.map(\.name).filter { !$0.hasPrefix("delegat") }
        let list = try text("docs/keep6@.service.8").components(separatedBy: "The events are\n").last?
            .components(separatedBy: ".SH ").first
        let lines = try #require(list).split(separator: "\n").map(String.init)
        let heads = zip(lines, lines.dropFirst()).filter { $0.0.hasPrefix(".TP") }.map { $0.1 }
        let explained = all(/([a-z][a-z\\-]+)/, in: heads.joined(separator: "\n"))
        #expect(Set(explained.map { $0.replacing("\\-", with: "-") }) == Set(events))
    }
}
