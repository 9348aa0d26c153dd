// What the guard remembers, read back: a foreign line makes the text no memory.
import Internet
import Testing

@testable import StateMachines

@Suite struct GuardMemoryTests {
    @Test(arguments: [
        "last-loss 1 x it expired", "last-loss x - it expired", "last-loss 1 -1 it expired", "losses -1", "losses x",
        "router fe80::1 9 5 0 1024 x 64", "router fe80::1 9 5 0 1024 1500 x", "router fe80::1 9 5 0 1024 1500 -1",
        "router fe80::1 x 5 0 1024 1500 64", "router fe80::1 - 5 0 1024 1500 64",
        "last-loss 1 9007199254740993 it expired",
        "loss 1",
    ])
    func aForeignLineIsNoMemory(_ line: String) throws {
        let known = "keep6-memory 1\nrouter fe80::1 9 5 0 1024 - 64\nlast-loss 1 - it expired\nend\n"
        #expect(try GuardMemory(text: known).text == known.replacing("memory 1\n", with: "memory 1\nlosses 0\n"))
        #expect(throws: Malformed.self) { try GuardMemory(text: "keep6-memory 1\n\(line)\nend\n") }
    }
}
