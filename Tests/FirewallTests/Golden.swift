// What real ip6tables-save wrote; golden/make is the command that made the files.
import Foundation
import Testing

@testable import Firewall

/// One file of `golden/`.
struct Golden: CustomTestStringConvertible, Sendable {
    let testDescription: String

    static let all = ["bookworm", "trixie"].flatMap { release in
        ["nft", "legacy"].flatMap { backend in
            ["", "-counters"].map { Golden(testDescription: "\(release)-\(backend)\($0)") }
        }
    }

    func read() throws -> [UInt8] {
        let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "golden")
        return Array(try Data(contentsOf: directory.appending(path: testDescription)))
    }
}

extension Ruleset {
    /// A ruleset written in a test, which is right.
    init(_ text: String) throws { try self.init(parsing: Array(text.utf8)) }
}

func string(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
