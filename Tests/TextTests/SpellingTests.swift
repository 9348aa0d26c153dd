// Which word a misspelt one is likely to be.
import StateMachines
import TestSupport
import Testing

@testable import Text

@Suite struct SpellingTests {
    private static let rows = [
        Row("right", "Address", "Address"), Row("case", "ADDRESS", "Address"),
        Row("a letter missing", "Adress", "Address"),
        Row("a letter too many", "Waitt", "Wait"), Row("a wrong letter", "Weit", "Wait"),
        Row("swapped letters", "Wiat", "Wait"),
        Row("two letters", "Rooter", "Router"),
        Row("three letters", "Adresses1", ""), Row("half of a short word", "Wxyt", ""), Row("nothing", "", ""),
    ]

    @Test(arguments: rows)
    func nearestWord(_ row: Row) {
        #expect(nearest(to: row.text, among: ["Address", "Wait", "Router"]) ?? "" == row.expected)
    }
}
