import Testing

@testable import Firewall

@Suite struct RulesetDifferenceTests {
    private static let old = """
        *filter
        :INPUT ACCEPT [5:5]
        :gone - [0:0]
        [1:1] -A INPUT -s fd00::1
        -A INPUT -s fd00::2
        -A INPUT -s fd00::3
        -A gone
        COMMIT
        """

    private static let new = """
        *filter
        :INPUT DROP [0:0]
        :new - [0:0]
        -A INPUT -s fd00::1
        -A INPUT -s fd00::4 -m comment --comment "\u{1b}[2J"
        -A INPUT -s fd00::3
        COMMIT
        *raw
        :PREROUTING ACCEPT [0:0]
        -A PREROUTING -j NOTRACK
        COMMIT
        """

    @Test func showsRules() throws {
        let old = try Ruleset(RulesetDifferenceTests.old)
        let new = try Ruleset(RulesetDifferenceTests.new)
        #expect(
            RulesetDifference(from: old, to: new).screen == """
                filter:
                - -P INPUT ACCEPT
                + -P INPUT DROP
                - -A INPUT -s fd00::2
                + -A INPUT -s fd00::4 -m comment --comment "?[2J"
                + -N new
                - -N gone
                - -A gone
                raw:
                + -A PREROUTING -j NOTRACK

                """)
        #expect(RulesetDifference(from: old, to: old).isEmpty)
        #expect(RulesetDifference(from: old, to: old.withoutCounters).screen == "")
    }
}
