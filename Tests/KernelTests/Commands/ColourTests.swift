// Whether the command's screens are coloured: on a terminal that knows colours, for who wants them (https://no-color.org).
import Testing

@Suite("Colours", .enabled(if: NetworkNamespace.canBeMade, "needs root, for network namespaces"))
struct ColourTests {
    private static let rows: [(title: String, environment: [String: String], isColoured: Bool)] = [
        (title: "a terminal", environment: ["TERM": "xterm"], isColoured: true),
        (title: "NO_COLOR without a value", environment: ["TERM": "xterm", "NO_COLOR": ""], isColoured: true),
        (title: "NO_COLOR", environment: ["TERM": "xterm", "NO_COLOR": "0"], isColoured: false),
        (title: "a terminal that knows none", environment: ["TERM": "dumb"], isColoured: false),
    ]

    @Test("status on a terminal of its own")
    func status() throws {
        let (host, keeper) = try KeptHost.withLearntRoute()
        for row in Self.rows {
            let outcome = try host.run(
                "/usr/bin/script", ["-qec", "\(host.programs)/keep6 status", "/dev/null"],
                environment: row.environment.merging(["SHELL": "/bin/sh"]) { $1 })
            let first = outcome.output.first ?? ""
            let wanted = row.isColoured ? "eth0: \u{1b}[32mwell\u{1b}[0m" : "eth0: well"
            #expect(first.hasPrefix(wanted), "\(row.title): \(outcome)")
        }
        #expect(try keeper.end() == 0)
    }
}
