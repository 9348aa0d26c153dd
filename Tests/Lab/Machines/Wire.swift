import Foundation

/// What passes by at the provider's end of an uplink, frame by frame.
final class Wire {
    private let file: String
    private let program: Program
    /// The link-layer address of the provider's end.
    private let ownAddress: String

    /// Listens from now on.
    init(at provider: Provider, of uplink: Uplink) throws {
        let run = try Run.current.get()
        let file = "\(run.directory)/\(run.number()).wire"
        self.file = file
        let link = try provider.namespace.run("cat", "/sys/class/net/\(uplink.farEnd)/address")
        ownAddress = link.trimmingCharacters(in: .whitespacesAndNewlines)
        program = try Program(
            provider.namespace.command([
                "tcpdump", "-Z", "root", "-l", "--immediate-mode", "-n", "-e", "-t", "-i", uplink.farEnd, "ip6",
            ]), standardOutput: file)
        try eventually("tcpdump listens") { text.contains("listening on") }
    }

    deinit {
        program.signal(SIGTERM)
        program.wait()
    }

    private var text: String { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }

    /// A line of tcpdump's for each frame, link-layer addresses first.
    private var frames: [String] { text.split(separator: "\n").map(String.init).filter { $0.contains(" > ") } }

    /// Those that the provider sent.
    var sent: [String] { frames.filter { $0.hasPrefix("\(ownAddress) > ") } }
    /// Those that came from the host.
    var received: [String] { frames.filter { !$0.hasPrefix("\(ownAddress) > ") } }
}
