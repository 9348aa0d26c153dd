// The readers of what others wrote, on inputs that nobody would write: none may trap, hang or break its promise.
import Foundation
import Glibc
import Testing

@Suite("Fuzz", .serialized)
struct FuzzTests {
    /// How long to go on, in seconds; nil in an ordinary test run, which is the same each time.
    private static let seconds = number("KEEP6_FUZZ").map { Double($0) }
    private static let seed = number("KEEP6_FUZZ_SEED") ?? (seconds == nil ? 1 : UInt64.random(in: 1...UInt64.max))

    private static func number(_ variable: String) -> UInt64? {
        ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0) }
    }

    @Test("every file of the corpus is read without harm", arguments: Parser.all)
    func replay(parser: Parser) throws {
        for (name, input) in try Corpus(of: parser).files() {
            #expect(parser.read(input) == nil, "\(name)")
        }
    }

    @Test("inputs made of the corpus are read without harm", arguments: Parser.all)
    func mutate(parser: Parser) throws {
        let corpus = Corpus(of: parser)
        var mutator = Mutator(try corpus.seeds(), seed: FuzzTests.seed)
        guard let seconds = FuzzTests.seconds else {
            for _ in 0..<500 {
                let input = mutator.next()
                #expect(parser.read(input) == nil, "\(String(decoding: input, as: UTF8.self))")
            }
            return
        }
        let file = try corpus.crashFile(seed: FuzzTests.seed)
        let end = ContinuousClock.now + .seconds(seconds / Double(Parser.all.count))
        var count = 0
        while ContinuousClock.now < end {
            let input = mutator.next()
            file.write(input)
            // A reader that takes so long is as bad as one that traps: SIGALRM ends the process.
            alarm(20)
            count += 1
            if let trouble = parser.read(input) {
                Issue.record("input \(count) of seed \(FuzzTests.seed), \(file.path): \(trouble)")
                return
            }
        }
        alarm(0)
        file.remove()
        print("\(parser.testDescription): \(count) inputs, seed \(FuzzTests.seed)")
    }
}
