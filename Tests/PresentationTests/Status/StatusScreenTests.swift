// How `keep6 status` looks on a terminal.
import Internet
import TestSupport
import Testing

@testable import Configuration
@testable import Presentation

@Suite struct StatusScreenTests {
    private func lines(_ status: Status) -> [Substring] { status.screen(isColored: false).split(separator: "\n") }

    @Test func theAnswerIsTheFirstLine() {
        #expect(lines(Patient().status).first == "eth0: well")
        #expect(!Patient().status.screen(isColored: false).contains("what to do"))
    }

    @Test func manyTroublesFitIntoEightyColumns() throws {
        var patient = Patient()
        patient.world.routes = []
        patient.world.acceptRA = 1
        patient.guardRuns = false
        patient.wish.delegation = try DelegationRequest("00:03:00:01:aa:bb:cc:dd:ee:ff")
        let lines = lines(patient.status)
        #expect(lines.first == "eth0: down: no default route; the guard does not run; accept_ra is 1, which")
        #expect(lines.dropFirst().first == "  loses the default route once forwarding is on; no prefix is delegated")
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines)")
        #expect(lines.last == "  what to do      'keep6 doctor eth0' says, as root")
    }

    @Test func onlyTheVerdictIsColored() {
        var patient = Patient()
        #expect(patient.status.screen(isColored: true).hasPrefix("eth0: \u{1b}[32mwell\u{1b}[0m\n  address"))
        patient.guardRuns = false
        let degraded = "eth0: \u{1b}[33mdegraded\u{1b}[0m: the guard does not run\n"
        #expect(patient.status.screen(isColored: true).hasPrefix(degraded))
        patient.hasNoLink = true
        let colored = patient.status.screen(isColored: true)
        let plain = colored.replacing("\u{1b}[31m", with: "").replacing("\u{1b}[0m", with: "")
        #expect(colored != plain && plain == patient.status.screen(isColored: false))
    }
}
