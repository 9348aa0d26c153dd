// Whether the command's screens are colored: on a terminal that knows colors, for who wants them (https://no-color.org).
import TestSupport
import Testing

@Suite("Colors", .needsRoot)
struct ColorTests {
    private static let rows: [(title: String, environment: [String: String], isColored: Bool)] = [
        (title: "a terminal", environment: ["TERM": "xterm"], isColored: true),
        (title: "NO_COLOR without a value", environment: ["TERM": "xterm", "NO_COLOR": ""], isColored: true),
        (title: "NO_COLOR", environment: ["TERM": "xterm", "NO_COLOR": "0"], isColored: false),
        (title: "a terminal that knows none", environment: ["TERM": "dumb"], isColored: false),
    ]

    @Test("status on a terminal of its own")
    func status() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        for row in Self.rows {
            let outcome = try host.run(
                "/usr/bin/script", ["-qec", "\(host.programs)/keep6 status", "/dev/null"],
                environment: row.environment.merging(["SHELL": "/bin/sh"]) { $1 })
            let first = outcome.output.first ?? ""
            let wanted = row.isColored ? "eth0: \u{1b}[32mwell\u{1b}[0m" : "eth0: well"
            #expect(first.hasPrefix(wanted), "\(row.title): \(outcome)")
        }
        #expect(try keeper.end() == 0)
    }
}
