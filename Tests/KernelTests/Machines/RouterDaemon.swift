// radvd on a kept host's router.
import CLinux
import Foundation

/// A router advertisement daemon that runs until it is ended.
final class RouterDaemon {
    private let directory: String
    private let program: PipedProgram

    /// Starts radvd; without `speaksUnasked` it answers solicitations and does nothing else.
    init(in router: NetworkNamespace, speaksUnasked: Bool) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "keep6-radvd-\(UUID())").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        let configuration = """
            interface up0 {
                AdvSendAdvert on; AdvDefaultLifetime 1800; MinRtrAdvInterval 3; MaxRtrAdvInterval 4;
                UnicastOnly \(speaksUnasked ? "off" : "on");
                prefix 2001:db8:1::/64 { AdvAutonomous off; };
            };

            """
        try configuration.write(toFile: "\(directory)/conf", atomically: false, encoding: .utf8)
        program = try PipedProgram(
            "/usr/bin/nsenter",
            [
                "--net=/run/netns/\(router.name)", "/usr/sbin/radvd", "-n", "-C", "\(directory)/conf", "-p",
                "\(directory)/pid", "-m", "none",
            ])
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Ends it as an administrator does: the router withdraws itself.
    func withdraw() throws { try program.end(by: SIGTERM) }

    /// Ends it as a power failure does: nobody is told.
    func crash() throws { try program.end(by: SIGKILL) }
}
