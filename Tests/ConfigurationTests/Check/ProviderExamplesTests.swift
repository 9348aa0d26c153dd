// The examples for kinds of providers: as docs/providers.md shows them, and nothing wrong in them.
import Foundation
import TestSupport
import Testing

@testable import Configuration

/// Below the package's directory.
private func path(_ name: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../\(name)").standardized
}

private func text(_ name: String) throws -> String { try String(contentsOf: path(name), encoding: .utf8) }

/// The paths of all examples below docs/examples.
private func examples() throws -> Set<String> {
    let root = path("docs/examples").path
    let all = try FileManager.default.subpathsOfDirectory(atPath: root)
    var isDirectory: ObjCBool = false
    return Set(
        all.filter {
            FileManager.default.fileExists(atPath: "\(root)/\($0)", isDirectory: &isDirectory) && !isDirectory.boolValue
        })
}

/// The fenced blocks of docs/providers.md that stand for a file: behind a comment `<!-- examples/PATH -->`.
private func blocks() throws -> [(name: String, text: String)] {
    var found: [(name: String, text: String)] = []
    var name: String?
    var block: [Substring]?
    for line in try text("docs/providers.md").split(separator: "\n", omittingEmptySubsequences: false) {
        if let lines = block {
            if line == "```" {
                if let name { found.append((name, lines.map { "\($0)\n" }.joined())) }
                (name, block) = (nil, nil)
            } else {
                block = lines + [line]
            }
        } else if line.hasPrefix("```") {
            block = []
        } else if line.hasPrefix("<!-- examples/"), line.hasSuffix(" -->") {
            name = String(line.dropFirst("<!-- examples/".count).dropLast(" -->".count))
        } else if !line.isEmpty {
            name = nil
        }
    }
    return found
}

@Suite struct ProviderExamplesTests {
    @Test("the page shows each example once and as it is")
    func page() throws {
        let blocks = try blocks()
        #expect(blocks.map(\.name).sorted() == (try examples().sorted()))
        for block in blocks { #expect(try block.text == text("docs/examples/\(block.name)"), "\(block.name)") }
    }

    @Test("nothing is wrong in the stanzas")
    func stanzas() throws {
        let names = try examples().filter { $0.hasSuffix("interfaces") }
        #expect(names.count >= 4)
        for name in names {
            let tree = interfaces(try text("docs/examples/\(name)"))
            let wish = try #require(tree.stanzas.first { $0.interface == "eno1" }, "\(name)")
            #expect(Wish.isWanted(wish.wishOptions) == .success(true), "\(name)")
            let findings = Finding.all(
                of: InterfacesCheck(tree) { _ in true },
                DelegationCheck(tree, hasClient: true, rival: nil) { _ in nil })
            #expect(findings.isEmpty, "\(name): \(findings)")
        }
    }

    @Test("nothing is wrong in the .network files")
    func networkFiles() throws {
        let names = try examples().filter { $0.hasSuffix(".network") }
        #expect(names.count >= 4)
        for name in names {
            let place = "/etc/systemd/network/50-eno1.network"
            let tree = networkTree([place: try text("docs/examples/\(name)")])
            #expect(tree.kept.map(\.path) == [place], "\(name)")
            let findings = Finding.all(of: NetworkCheck(tree) { _ in true })
            #expect(findings.isEmpty, "\(name): \(findings)")
        }
    }

    /// What a guest's network lacks, 'keep6 guests prepare' would add.
    @Test("the network of a delegated prefix is prepared")
    func preparedNetwork() throws {
        let plan = try #require(LibvirtNetworkPreparation(Array(try text("docs/examples/dedibox/guests.xml").utf8)))
        #expect(plan.missing.isEmpty)
    }
}
