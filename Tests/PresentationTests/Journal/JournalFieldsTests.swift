// What programs read of the journal: each entry's kind, priority and fields. The sentences are for people, and may change.
import Internet
import Netlink
import Testing

@testable import Configuration
@testable import Presentation
@testable import StateMachines

/// An entry without its sentence.
private struct JournalEntry: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let priority: Int
    let fields: [String]
    let expected: (priority: Int, fields: [String])

    /// `id` and `event` are MESSAGE_ID= and KEEP6_EVENT=; the others stand behind them.
    init(
        _ name: String, _ entry: (priority: Int, fields: [(name: String, value: String)]), _ priority: Int,
        _ event: String, _ id: String?, _ others: [String] = []
    ) {
        testDescription = name
        self.priority = entry.priority
        fields = entry.fields.map { "\($0.name)=\($0.value)" }.sorted()
        let kind = ["KEEP6_EVENT=\(event)"] + (id.map { ["MESSAGE_ID=\($0)"] } ?? [])
        expected = (priority, (kind + others).sorted())
    }
}

private let route: Route = {
    var route = Route()
    route.routeProtocol = .routerAdvertisement
    route.gateway = IPv6Address("fe80::1")
    return route
}()
private let address = InterfaceAddress("2001:db8::1/64")!
private let guest = IPv6Address("2001:db8::77")!
private let prefix = InterfaceAddress("2001:db8::/56")!
private let network = NetworkName("default")!
private let duid = try! DUID("00:03:00:01:aa:bb:cc:dd:ee:ff")
private let bridge = InterfaceIndex(rawValue: 3)
private let outage = "KEEP6_OUTAGE_USEC=2500084"
private let cause = "KEEP6_CAUSE=\(Cause.linkDown.clause)"

private func row(
    _ name: String, _ report: some JournalReport, _ priority: Int, _ event: String, _ id: String?, _ others: String...
) -> JournalEntry { JournalEntry(name, (report.priority, report.fields), priority, event, id, others) }

private func row(
    _ name: String, _ report: ProxyReport, _ priority: Int, _ event: String, _ id: String, _ others: String...
) -> JournalEntry {
    let sentence = ProxySentence(report) { _ in "" }
    return JournalEntry(name, (sentence.priority, sentence.fields), priority, event, id, others)
}

private func row(_ notice: DelegationNotice, _ priority: Int, _ event: String, _ id: String?) -> JournalEntry {
    row("\(notice)", notice, priority, event, id)
}

private let ofTheGuard: [JournalEntry] = [
    row("ready", Report.ready(waitedFor: nil, .kernel), 6, "ready", "869ee2d0cb094cf69106b2b29c164af3"),
    row(
        "ready, but", Report.ready(waitedFor: "a default route", .kernel), 4, "ready",
        "94eedf6a82b6428a82ecd262237f6a21"),
    row(
        "online by a router", Report.online(route, isPinned: false), 6, "online", "4fce5677e7e94e4bb27a7fe277414f17",
        "KEEP6_ROUTE=router"),
    row(
        "online by the wish", Report.online(route, isPinned: true), 6, "online", "4fce5677e7e94e4bb27a7fe277414f17",
        "KEEP6_ROUTE=pinned"),
    row(
        "online by keep6", Report.online(Route(), isPinned: false), 6, "online", "4fce5677e7e94e4bb27a7fe277414f17",
        "KEEP6_ROUTE=substitute"),
    row("lost", Report.lost(.linkDown), 4, "lost", "66909f63328843659c3cb35677d794e2", cause),
    row(
        "restored", Report.restored(route, .linkDown, outage: .microseconds(2_500_084)), 5, "restored",
        "0107228ea0af4de2a58d78240df11a8b", cause, outage),
    row(
        "returned", Report.returned(route, .linkDown, outage: .microseconds(2_500_084)), 5, "returned",
        "a5f45647f2b543a18b912e3d1832a7ed", cause, outage),
    row("relieved", Report.relieved(route), 6, "relieved", "12fe3a00bda3422f8b0ee09c3311ac8e"),
    row("an address", Report.addressAdded(address), 5, "address-added", "16fe9c488ba9499ba6b760b5ce1c0e84"),
    row(
        "an address again", Report.addressRestored(address, outage: .microseconds(2_500_084)), 5, "address-restored",
        "f9731241647c484a8ee9bbdbcab343ed", outage),
    row("a setting", Report.corrected(acceptRA: 2, from: 1), 5, "corrected", "1700253dc333437e944925fab04cdf4c"),
    row("a fight", Report.fight(.linkDown), 4, "fight", "2d2e5952f6e7454e820917e59c92adf8", cause),
    row("a dead route", Report.overruled(route, .deadRoute), 4, "overruled", "06cefc3b405b42719d1718c8fb930392"),
    row("a dead router", Report.overruled(route, .deadRouter), 4, "overruled", "1782cf53ce2e4b009c99886187d90ee9"),
    row(
        "a foreign router", Report.overruled(route, .foreignRouter), 4, "overruled",
        "620f5fe29d2643b6a0f3e4ed59cfdfbe"),
    row("no interface", Report.linkGone, 5, "link-gone", "10d52e77d2394d2d8bd80b8407922c36"),
    row("a poke", Report.poked("x"), 6, "poked", "a85e9446544c451eafcfaa2177f72eb8"),
    row("another router", Report.adopted(guest), 6, "adopted", "768641266641444c974e5ca4cf2f7f0e"),
    row("not believed", Report.refused("x", count: 2), 4, "refused", "de181f77ef894fd8a587191325b2ccff"),
    row("a flood", Report.flood([guest]), 4, "flood", "a0c46bd377f94d63b00ff442d72b1cc5"),
    row("a failure", Report.failed("x"), 3, "failed", "c9a12e6740864b0ab8892fa9791c1575"),
]

private let ofGuests: [JournalEntry] = [
    row(
        "a number", GuestReport.numbered(network, prefix), 5, "guests-numbered", "a2a78500648d487e9c5ada6ad9d1f131"),
    row(
        "no number", GuestReport.tooSmall(prefix, for: network), 4, "guests-unnumbered",
        "a3f7f32a5d824d88b9c579f1f73b62d9"),
    row("no prefix", GuestReport.withdrawn(prefix), 5, "guests-renumbered", "9460bb762ed44b7e806bc02fee970745"),
    row("a failure", GuestReport.failed("x"), 3, "failed", "c9a12e6740864b0ab8892fa9791c1575"),
    row(
        "a guest", ProxyReport.came(guest, on: bridge), 7, "guest-came", "ba513ccbb96d45ad87afed0cfadc5583",
        "KEEP6_ADDRESS=2001:db8::77"),
    row(
        "a guest moved", ProxyReport.moved(guest, to: bridge), 7, "guest-moved", "ba513ccbb96d45ad87afed0cfadc5583",
        "KEEP6_ADDRESS=2001:db8::77"),
    row(
        "a guest left", ProxyReport.went(guest, from: bridge), 7, "guest-went", "a87018b1b51c4fc3836ed66560bf9374",
        "KEEP6_ADDRESS=2001:db8::77"),
    row("too many", ProxyReport.full(bridge), 4, "guests-full", "e5b90426bfbd43999a934a174010fdb8"),
    row(
        "an address of another", ProxyReport.contested(guest), 4, "guest-contested",
        "b50ffd609ded4d4dab6bd816a3abe472", "KEEP6_ADDRESS=2001:db8::77"),
    row("a failure of guests", ProxyReport.failed("x"), 3, "failed", "c9a12e6740864b0ab8892fa9791c1575"),
]

private let ofDelegation: [JournalEntry] = [
    row(.delegated(prefix, lifetime: nil), 5, "delegated", "f62df1ddc00244559183877975d0ca28"),
    row(.ended(prefix), 4, "delegation-ended", "16dcc12c4f0f40a48619b3769aadc6bd"),
    row(.expired(prefix), 4, "delegation-ended", "16dcc12c4f0f40a48619b3769aadc6bd"),
    row(.notBelieved(prefix), 4, "delegation-refused", "4ffde0b989c549fd8fe3fb9266e4754e"),
    row(.refused("x", nil), 4, "delegation-refused", "4ffde0b989c549fd8fe3fb9266e4754e"),
    row(.unanswered(after: .zero, duid), 4, "delegation-unanswered", "dfcbd2ec15f642abb87b8a66e9acb80f"),
    row(.notRenewed, 4, "delegation-unanswered", "dfcbd2ec15f642abb87b8a66e9acb80f"),
    row(.portTaken, 3, "delegation-failed", "f541dbcb165b4c51aa0a1503c240cce9"),
    row(.said("x"), 7, "delegation-log", nil),
]

@Suite("The journal's fields")
struct JournalFieldsTests {
    @Test("an entry has its kind, its priority and its fields", arguments: ofTheGuard + ofGuests + ofDelegation)
    fileprivate func entry(_ row: JournalEntry) {
        #expect(row.fields == row.expected.fields)
        #expect(row.priority == row.expected.priority)
    }

    @Test("every kind there is stands in the tables")
    func complete() {
        let fields = (ofTheGuard + ofGuests + ofDelegation).flatMap(\.fields)
        let known = JournalEvent.allCases.compactMap(\.messageID)
        #expect(Set(fields.filter { $0.hasPrefix("MESSAGE_ID=") }) == Set(known.map { "MESSAGE_ID=\($0)" }))
        let names = JournalEvent.allCases.map { "KEEP6_EVENT=\($0.name)" }
        #expect(Set(fields.filter { $0.hasPrefix("KEEP6_EVENT=") }) == Set(names))
    }

    @Test("the timeline reads the names that the guard writes")
    func timeline() {
        let written = Set(ofTheGuard.flatMap(\.fields))
        #expect(TimelineEntry.events.allSatisfy { written.contains("KEEP6_EVENT=\($0.name)") })
        #expect(TimelineEntry.fields == ["KEEP6_CAUSE", "KEEP6_OUTAGE_USEC", "KEEP6_ROUTE"])
    }
}
