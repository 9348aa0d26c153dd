// What keep6 writes down and reads back: a text that is not its own is refused as a whole.
import Internet
import Testing

@testable import Keep6

@Suite struct StateTextTests {
    @Test(arguments: [
        "", "keep6-x 1", "keep6-x 1\n", "keep6-x 1\nend", "end\n", "keep6-x 2\nend\n", "keep6-x 1\nend\n\n",
    ])
    func aTornFrameIsRefused(_ text: String) throws {
        #expect(throws: Malformed.self) { try StateText.lines(of: "x", in: text) }
    }

    @Test func frames() throws {
        #expect(try StateText.lines(of: "x", in: StateText.framed("x", [])).isEmpty)
        #expect(try StateText.lines(of: "x", in: StateText.framed("x", ["a", "b"]), limit: 2) == ["a", "b"])
        #expect(throws: Malformed.self) { try StateText.lines(of: "x", in: StateText.framed("x", ["a"]), limit: 0) }
        #expect(try StateText.time("-") == nil && StateText.time("9007199254740992") == 1 << 53)
        for word in ["", "-1", "x", "9007199254740993"] {
            #expect(throws: Malformed.self) { try StateText.time(word) }
        }
    }

    @Test(arguments: [
        "manager x", "manager", "manger networkd", "advertisements x", "static-address x", "static-address 1::/129",
        "found-accept-ra x", "found-accept-ra", "keep6-addres 2001:db8::1/64", "accept-ra 2", "keep6 yes",
    ])
    func aForeignLineIsNoWish(_ line: String) throws {
        let text = "keep6-wish 1\nuplink eth0\nmanager networkd\nend\n"
        #expect(try KeptUplink(text: text).manager == .networkd)
        #expect(throws: Malformed.self) { try KeptUplink(text: text.replacing("manager networkd", with: line)) }
    }

    @Test(arguments: [
        "last-loss 1 x it expired", "last-loss x - it expired", "last-loss 1 -1 it expired", "losses -1", "losses x",
        "router fe80::1 9 5 0 1024 x 64", "router fe80::1 9 5 0 1024 1500 x", "router fe80::1 9 5 0 1024 1500 -1",
        "router fe80::1 x 5 0 1024 1500 64", "router fe80::1 - 5 0 1024 1500 64",
        "last-loss 1 9007199254740993 it expired",
        "loss 1",
    ])
    func aForeignLineIsNoMemory(_ line: String) throws {
        let known = "keep6-memory 1\nrouter fe80::1 9 5 0 1024 - 64\nlast-loss 1 - it expired\nend\n"
        #expect(try Memory(text: known).text == known.replacing("memory 1\n", with: "memory 1\nlosses 0\n"))
        #expect(throws: Malformed.self) { try Memory(text: "keep6-memory 1\n\(line)\nend\n") }
    }
}
