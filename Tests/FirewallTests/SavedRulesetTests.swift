import Internet
import Testing

@testable import Firewall

@Suite struct SavedRulesetTests {
    private func saved() throws -> SavedRuleset {
        SavedRuleset(
            try Ruleset("*filter\n:INPUT DROP [4:5]\n[1:2] -A INPUT -j ACCEPT\nCOMMIT\n"), time: 1_764_097_971,
            cause: "'eth0' goes down\u{1b}")
    }

    @Test func text() throws {
        #expect(
            string(try saved().text) == """
                # keep6-ruleset 1
                # time 1764097971
                # cause 'eth0' goes down?
                *filter
                :INPUT DROP [0:0]
                -A INPUT -j ACCEPT
                COMMIT
                # keep6-end cfd276b7a3cc5ba9

                """)
        #expect(try SavedRuleset(text: try saved().text) == (try saved()))
        let empty = SavedRuleset(Ruleset(), time: 0, cause: "")
        #expect(try SavedRuleset(text: empty.text) == empty)
    }

    /// A file as a host may have it for years: the next version of keep6 must read it, and write it the same way.
    @Test("a stored file is written again as it was read")
    func storedFile() throws {
        let file = """
            # keep6-ruleset 1
            # time 1764097971
            # cause 'eth0' goes down
            *nat
            :PREROUTING ACCEPT [0:0]
            :POSTROUTING ACCEPT [0:0]
            -A POSTROUTING -s fd00::/8 -o eth0 -j MASQUERADE
            COMMIT
            *filter
            :INPUT DROP [0:0]
            :FORWARD ACCEPT [0:0]
            :ssh - [0:0]
            -A INPUT -p tcp -m tcp --dport 22 -m comment --comment "from \\"home\\"" -j ssh
            -A ssh -s 2001:db8::/32 -j ACCEPT
            COMMIT
            # keep6-end 7224d1dc329ab0cf

            """
        let read = try SavedRuleset(text: Array(file.utf8))
        #expect(read.time == 1_764_097_971)
        #expect(read.cause == "'eth0' goes down")
        #expect(string(read.text) == file)
    }

    @Test func tornAnywhere() throws {
        let text = try saved().text
        for count in text.indices { #expect(throws: Malformed.self) { try SavedRuleset(text: Array(text[..<count])) } }
    }

    @Test func changedAnywhere() throws {
        let text = try saved().text
        for index in text.indices {
            var changed = text
            changed[index] ^= 1
            #expect(throws: Malformed.self) { try SavedRuleset(text: changed) }
        }
        #expect(throws: Malformed.self) { try SavedRuleset(text: text + text) }
        #expect(throws: Malformed("it is empty")) { try SavedRuleset(text: []) }
        #expect(throws: Malformed("not a ruleset that keep6 saved")) {
            try SavedRuleset(text: Array("*filter\nCOMMIT\n".utf8))
        }
    }
}
