// What keep6 writes down and reads back: a text that is not its own is refused as a whole.
import Internet
import Testing

@testable import Text

@Suite struct RecordTextTests {
    @Test(arguments: [
        "", "keep6-x 1", "keep6-x 1\n", "keep6-x 1\nend", "end\n", "keep6-x 2\nend\n", "keep6-x 1\nend\n\n",
    ])
    func aTornFrameIsRefused(_ text: String) throws {
        #expect(throws: Malformed.self) { try RecordText.lines(of: "x", in: text) }
    }

    @Test func frames() throws {
        #expect(try RecordText.lines(of: "x", in: RecordText.framed("x", [])).isEmpty)
        #expect(try RecordText.lines(of: "x", in: RecordText.framed("x", ["a", "b"]), limit: 2) == ["a", "b"])
        #expect(throws: Malformed.self) { try RecordText.lines(of: "x", in: RecordText.framed("x", ["a"]), limit: 0) }
        #expect(try RecordText.time("-") == nil && RecordText.time("9007199254740992") == 1 << 53)
        for word in ["", "-1", "x", "9007199254740993"] {
            #expect(throws: Malformed.self) { try RecordText.time(word) }
        }
    }
}
