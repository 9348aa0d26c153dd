import Internet
import Testing

@Suite struct ByteCursorTests {
    @Test func networkOrder() throws {
        var cursor = ByteCursor([0x01, 0x02, 0x03, 0xff, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 1][...])
        #expect(try cursor.network(UInt8.self) == 1)
        #expect(try cursor.network(UInt16.self) == 0x0203)
        #expect(try cursor.network(Int16.self) == -2)
        #expect(try cursor.network(UInt64.self) == 0x8000_0000_0000_0001)
        #expect(cursor.isAtEnd)
    }

    @Test func nativeOrder() throws {
        let value: UInt32 = 0x0102_0304
        let bytes = withUnsafeBytes(of: value) { Array($0) }
        var cursor = ByteCursor((bytes + withUnsafeBytes(of: Int32(-2)) { Array($0) } + [7])[...])
        #expect(try cursor.native(UInt32.self) == value)
        #expect(try cursor.native(Int32.self) == -2)
        #expect(try cursor.native(UInt8.self) == 7)
    }

    @Test("a slice keeps its place in the buffer")
    func slice() throws {
        var cursor = ByteCursor([9, 1, 2, 3, 9][1..<4])
        #expect(try cursor.take(0) == [])
        #expect(try cursor.take(1) == [1])
        #expect(cursor.rest == [2, 3])
        #expect(try cursor.take(2) == [2, 3])
        #expect(cursor.isAtEnd)
    }

    @Test(arguments: [3, 4, Int.max, -1, Int.min])
    func takesNothingWhereThatIsNotThere(_ count: Int) {
        var cursor = ByteCursor([1, 2][...])
        #expect(throws: Malformed("\(count) bytes wanted, 2 left")) { try cursor.take(count) }
        #expect(cursor.rest == [1, 2])
    }

    @Test("an integer that is cut off is refused")
    func cutInteger() {
        var cursor = ByteCursor([1, 2, 3][...])
        #expect(throws: Malformed.self) { try cursor.network(UInt32.self) }
        #expect(throws: Malformed.self) { try cursor.native(UInt32.self) }
        #expect(cursor.rest == [1, 2, 3])
    }
}
