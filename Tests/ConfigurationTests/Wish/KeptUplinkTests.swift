// What the hooks keep of an uplink, read back: a foreign line makes the text no wish.
import Internet
import Testing

@testable import Configuration

@Suite struct KeptUplinkTests {
    @Test(arguments: [
        "manager x", "manager", "manger networkd", "advertisements x", "static-address x", "static-address 1::/129",
        "found-accept-ra x", "found-accept-ra", "keep6-addres 2001:db8::1/64", "accept-ra 2", "keep6 yes",
    ])
    func aForeignLineIsNoWish(_ line: String) throws {
        let text = "keep6-wish 1\nuplink eth0\nmanager networkd\nend\n"
        #expect(try KeptUplink(text: text).manager == .networkd)
        #expect(throws: Malformed.self) { try KeptUplink(text: text.replacing("manager networkd", with: line)) }
    }
}
