// The pictures of an uplink's past: text to the letter, SVG and JSON that others can read.
import Foundation
import FoundationXML
import Internet
import Testing

@testable import Configuration
@testable import Presentation

/// In UTC, for the first days of 1970.
private func stamp(_ time: WallTime) -> String {
    let seconds = time.microseconds / 1_000_000
    let parts = [seconds / 86_400 + 1, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60].map { part in
        part < 10 ? "0\(part)" : "\(part)"
    }
    return "1970-01-\(parts[0]) \(parts[1]):\(parts[2]):\(parts[3])"
}

private let days = Timeline.days(between: [at(-86_400), at(0), at(86_400)])

/// Two days: the host was installed at 6, rebooted at 15, and is looked at on the next day at 12.
private func eventful() -> Timeline {
    let day = -86_400.0
    let hour = 3_600.0
    let noon = 12 * hour
    let entries = [
        entry("ready", day + 6 * hour, boot: "a", run: "p"),
        entry("online", day + 6 * hour + 2, boot: "a", run: "p", ["KEEP6_ROUTE": "router"]),
        entry(
            "restored", day + noon + 600, boot: "a", run: "p",
            ["KEEP6_CAUSE": "deleted by 'ip' (pid 4711)", "KEEP6_OUTAGE_USEC": "84"]),
        entry("relieved", day + noon + 600.004, boot: "a", run: "p"),
        entry("ready", day + 16 * hour), entry("online", day + 17 * hour, ["KEEP6_ROUTE": "router"]),
        entry("lost", hour, ["KEEP6_CAUSE": "the router's lifetime ran out and no router answered"]),
        entry("returned", hour + 252, ["KEEP6_OUTAGE_USEC": "252000000"]),
        entry("restored", 6 * hour, ["KEEP6_CAUSE": "removed by the kernel", "KEEP6_OUTAGE_USEC": "2500000"]),
        entry("relieved", 8 * hour),
        TimelineEntry(guardStoppedAt: at(9 * hour), boot: "b"),
        entry("ready", 10 * hour, run: "s"), entry("online", 10 * hour, run: "s", ["KEEP6_ROUTE": "router"]),
        entry("lost", 11.5 * hour, run: "s", ["KEEP6_CAUSE": "the link went down"]),
    ]
    let boots = [boot(day + 5 * hour, day + 15 * hour, id: "a"), boot(day + 16 * hour, noon)]
    return past(entries, boots: boots, from: day, to: noon)
}

@Suite struct TimelineDrawingTests {
    @Test func thePicture() {
        let picture = """
            eth0: online 94.38 %, offline for 1 h 34 min in 5 outages

                   0        3        6        9        12       15       18       21
            01-01  ..................------------------!--------   ooo---------------------
            01-02  ---#-------------#~~~~~~---...----##

            Outages, the newest last:
              1970-01-01 12:09:59  84 us            deleted by 'ip' (pid 4711)
              1970-01-01 16:00:00  1 h 0 min        no default route since the guard started
              1970-01-02 01:00:00  4 min 12 s       the router's lifetime ran out and no
                                                    router answered
              1970-01-02 05:59:57  2.5 s            removed by the kernel
              1970-01-02 11:30:00  not over yet     the link went down

            """
        let drawn = eventful().screen(days: days, isColored: false, stamp: stamp)
        #expect(drawn == picture)
        #expect(drawn.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(Timeline.legend.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func colorsAreThereWhenAskedForAndEndWithTheirLine() {
        let drawn = eventful().screen(days: days, isColored: true, stamp: stamp)
        #expect(drawn.contains("\u{1b}[32m---\u{1b}[31m#\u{1b}[32m---"))
        let colored = drawn.split(separator: "\n").filter { $0.contains("\u{1b}") }
        #expect(colored.count == 2 && colored.allSatisfy { $0.hasSuffix("\u{1b}[0m") || $0.hasSuffix("\u{1b}[0m ") })
        let plain = drawn.replacing(#/\u{1b}\[[0-9]+m/#, with: "")
        #expect(plain == eventful().screen(days: days, isColored: false, stamp: stamp))
    }

    @Test func onlyTheNewestOutagesAreListed() {
        let lost = ["KEEP6_CAUSE": "c", "KEEP6_OUTAGE_USEC": "1000"]
        let online = entry("online", 0, ["KEEP6_ROUTE": "router"])
        let entries = [online] + (1...57).map { entry("restored", Double($0), lost) }
        let drawn = past(entries).screen(days: days, isColored: false, stamp: stamp)
        #expect(drawn.contains("\nThe newest 20 of 57 outages, the newest last:\n  1970-01-02 00:00:37  1 ms "))
        #expect(drawn.split(separator: "\n").count { $0.hasSuffix("  c") } == 20)
        #expect(drawn.hasSuffix("  1970-01-02 00:00:56  1 ms             c\n"))
        #expect(drawn.hasPrefix("eth0: online 99.99 %, offline for 57 ms in 57 outages\n"))
    }

    @Test func summaries() {
        #expect(past([]).summary == "nothing is known of this time")
        #expect(past([entry("online", 1800, ["KEEP6_ROUTE": "router"])]).summary == "online 100.00 %, no outage")
        let lost = entry("restored", 9, ["KEEP6_OUTAGE_USEC": "1"])
        let odd = past([entry("online", 0, ["KEEP6_ROUTE": "router"]), lost], to: 3_600.009999)
        #expect(odd.summary == "online 99.99 %, offline for 1 us in 1 outage")
        #expect(past([entry("ready", 0)]).summary == "online 0.00 %, offline for 1 h 0 min in 1 outage")
    }

    @Test(arguments: [
        (0, "0 us"), (84, "84 us"), (999, "999 us"), (1_000, "1 ms"), (999_999, "999 ms"), (1_000_000, "1.0 s"),
        (59_999_999, "59.9 s"), (60_000_000, "1 min 0 s"), (252_000_000, "4 min 12 s"), (3_600_000_000, "1 h 0 min"),
        (86_400_000_000, "1 d 0 h"), (200_000_000_000, "2 d 7 h"),
    ])
    func lengths(microseconds: Int64, words: String) {
        #expect(Duration.microseconds(microseconds).words == words)
    }

    @Test func theSVGIsWellFormedWhateverTheCauseIs() throws {
        let causes = ["<script>alert(1)</script>", "&amp;\"'", "<\u{338}&\u{301}", "\u{1b}[2J\u{0}\u{fffe}", "]]>"]
        let entries =
            [entry("online", 0, ["KEEP6_ROUTE": "router"])]
            + causes.enumerated().map { entry("restored", Double($0.offset + 1) * 600, ["KEEP6_CAUSE": $0.element]) }
        let text = TimelineSVG.text(of: [past(entries), eventful()], days: days, stamp: stamp)
        let reader = SVGReader()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        #expect(reader.texts.contains("<script>alert(1)</script>") && reader.texts.contains("&amp;\"'"))
        #expect(reader.texts.contains("<\u{338}&\u{301}"))
        #expect(reader.elements.isSubset(of: ["svg", "title", "style", "rect", "text"]))
        #expect(reader.kinds.isSuperset(of: ["online", "degraded", "unwatched", "waiting", "off", "brief", "offline"]))
        #expect(reader.texts.contains("eth0: online 94.38 %, offline for 1 h 34 min in 5 outages"))
        #expect(reader.texts.contains("01-02") && reader.texts.contains("not over yet"))
    }

    @Test func theJSONHasEverySpanAndOutage() throws {
        let value = try JSONSerialization.jsonObject(with: Data(eventful().json.description.utf8))
        let object = try #require(value as? [String: Any])
        #expect(object["uplink"] as? String == "eth0")
        #expect(object["to"] as? Int64 == at(12 * 3_600).microseconds)
        let spans = try #require(object["spans"] as? [[String: Any]])
        #expect(spans.count == eventful().spans.count)
        #expect(spans.last?["state"] as? String == "offline" && spans.last?["cause"] as? String == "the link went down")
        let outages = try #require(object["outages"] as? [[String: Any]])
        #expect(outages.map { $0["over"] as? Bool } == [true, true, true, true, false])
        #expect(outages.first?["microseconds"] as? Int == 84)
        #expect(outages.first?["cause"] as? String == "deleted by 'ip' (pid 4711)")
    }
}

/// What stands in an SVG.
private final class SVGReader: NSObject, XMLParserDelegate {
    var elements: Set<String> = []
    var kinds: Set<String> = []
    var texts: Set<String> = []
    private var text = ""

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        elements.insert(name)
        if name == "rect", let kind = attributes["class"] { kinds.insert(kind) }
        text = ""
    }

    func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
        if name == "text" { texts.insert(text) }
    }
}
