// How often something may be done.
import Internet
import Testing

@testable import StateMachines

@Suite struct AllowanceTests {
    @Test func soManyAtOnceAndSoManyASecond() {
        var allowance = Allowance(burst: 10, perSecond: 5)
        var now = Instant(microseconds: 1)
        #expect((0..<20).filter { _ in allowance.consume(at: now) }.count == 10)
        var taken = 0
        for _ in 0..<1000 {
            now = now.advanced(by: .milliseconds(10))
            if allowance.consume(at: now) { taken += 1 }
        }
        #expect((49...51).contains(taken))
        now = now.advanced(by: .seconds(3600))
        #expect((0..<20).filter { _ in allowance.consume(at: now) }.count == 10)
    }
}
