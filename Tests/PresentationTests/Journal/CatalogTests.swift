// The journal's catalog: an explanation for every kind of sentence, with no field that its entries lack.
import Foundation
import Internet
import Netlink
import Testing

@testable import Configuration
@testable import Presentation
@testable import StateMachines

/// One of each kind of report.
private let reports: [Report] = {
    let route = Route()
    let address = InterfaceAddress("2001:db8::1/64")!
    return [
        .ready(waitedFor: nil, .kernel), .ready(waitedFor: "a default route", .kernel),
        .online(route, isPinned: false), .lost(.kernel), .restored(route, .kernel, outage: .zero),
        .returned(route, .kernel, outage: .zero), .relieved(route), .addressAdded(address),
        .addressRestored(address, outage: .zero), .corrected(acceptRA: 2, from: 1), .fight(.kernel),
        .overruled(route, .deadRoute), .overruled(route, .deadRouter), .overruled(route, .foreignRouter),
        .adopted(.allRouters),
        .refused("", count: 1), .flood([]), .linkGone, .poked("a test asked"), .failed("a test failed"),
    ]
}()

/// The same of those about guests, but of the failure, which is explained already.
private let guestReports: [ProxyReport] = [
    .came(.allRouters, on: InterfaceIndex(rawValue: 1)), .went(.allRouters, from: InterfaceIndex(rawValue: 1)),
    .full(InterfaceIndex(rawValue: 1)), .contested(.allRouters),
]

/// The same of those about their networks.
private let networkReports: [GuestReport] = {
    let (network, prefix) = (NetworkName("default")!, InterfaceAddress("2001:db8::/56")!)
    return [.numbered(network, prefix), .tooSmall(prefix, for: network), .withdrawn(prefix)]
}()

/// The same of those about delegated prefixes.
private let notices: [DelegationNotice] = {
    let prefix = InterfaceAddress("2001:db8::/56")!
    return [.delegated(prefix, lifetime: nil), .ended(prefix), .refused("", nil), .notRenewed, .portTaken]
}()

private let allFields =
    reports.map(\.fields) + guestReports.map { ProxySentence($0) { _ in "" }.fields } + networkReports.map(\.fields)
    + notices.map(\.fields)

/// Some kinds of entry share one.
private let identifiers = Set(JournalEvent.allCases.compactMap(\.messageID))

/// The identifier and the names of the fields of each.
private let kinds: [(id: String, fields: [String])] = allFields.map {
    fields in
    (fields.filter { $0.name == "MESSAGE_ID" }.map(\.value).joined(), fields.map(\.name))
}

@Suite struct CatalogTests {
    private struct Explanation {
        let id: String
        let header: [String]
        let text: String

        /// The names of fields between two `@`.
        var fields: [String] {
            (header.joined(separator: "\n") + text).matches(of: #/@([A-Z0-9_]+)@/#).map { String($0.output.1) }
        }
    }

    private let explanations: [Explanation]

    init() throws {
        let root = URL(fileURLWithPath: #filePath).appending(path: "../../../..").standardized
        let catalog = try String(contentsOf: root.appending(path: "docs/keep6.catalog"), encoding: .utf8)
        let chunks = ("\n" + catalog).components(separatedBy: "\n-- ").dropFirst()
        explanations = chunks.map { chunk in
            let parts = chunk.components(separatedBy: "\n\n")
            let head = parts[0].components(separatedBy: "\n")
            return Explanation(
                id: head[0], header: Array(head.dropFirst()), text: parts.dropFirst().joined(separator: "\n\n"))
        }
    }

    @Test func everyIdentifierIsExplainedOnceAndNoOther() {
        #expect(explanations.map(\.id).sorted() == identifiers.sorted())
    }

    @Test func anIdentifierHasTheFormThatTheCatalogNeeds() {
        for id in identifiers {
            #expect(id.count == 32 && id.allSatisfy { "0123456789abcdef".contains($0) }, "\(id)")
        }
    }

    @Test func everyKindOfReportHasAnIdentifierOfItsOwn() {
        #expect(Set(kinds.map(\.id)) == identifiers)
        #expect(kinds.count == identifiers.count)
        #expect(reports.allSatisfy { $0.fields.contains { $0.name == "MESSAGE_ID" } })
    }

    /// journalctl would print the field's bare name instead.
    @Test func anExplanationNamesNoFieldThatItsEntriesLack() {
        for kind in kinds {
            let explanation = explanations.first { $0.id == kind.id }
            let known = Set(["KEEP6_UPLINK", "INTERFACE"] + kind.fields)
            #expect(explanation != nil && Set(explanation?.fields ?? []).isSubset(of: known), "\(kind.id)")
        }
    }

    /// journalctl fills in none with a digit in its name (systemd, src/basic/replace-var.c).
    @Test func anExplanationNamesNoFieldThatIsNotFilledIn() {
        let names = explanations.flatMap(\.fields)
        #expect(names.contains("INTERFACE") && names.allSatisfy { $0.allSatisfy { $0.isLetter || $0 == "_" } })
    }

    @Test func anExplanationIsComplete() {
        for explanation in explanations {
            for name in ["Subject: ", "Defined-By: keep6", "Support: https://", "Documentation: man:"] {
                #expect(explanation.header.contains { $0.hasPrefix(name) }, "\(explanation.id) lacks '\(name)'")
            }
            #expect(explanation.text.contains { $0.isLetter }, "\(explanation.id)")
        }
    }
}
