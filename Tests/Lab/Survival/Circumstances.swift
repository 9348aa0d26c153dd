// Where and with what a table was measured, as Markdown.
import Foundation

struct Circumstances {
    private static let packages = [
        "keep6", "systemd", "ifupdown", "network-manager", "dhcpcd-base", "iptables-persistent",
        "libvirt-daemon-system", "iptables",
    ]

    let release: DebianRelease
    /// Of one host: all have the same packages, but for keep6.
    private let versions: String
    private let begin = Date()

    init(_ release: DebianRelease) throws {
        self.release = release
        let package = try DebianPackage.built(for: release)
        let root = try Root.plain(release, for: .survival).layers[0]
        let format = "${Package} ${Version}\n"
        let query = ["dpkg-query", "--admindir=\(root)/var/lib/dpkg", "-W", "-f", format]
        let others = try Command(query + Self.packages.dropFirst()).succeed()
        let keep6 = try machine("dpkg-deb", "-W", "--showformat=\(format)", package.path)
        versions = (keep6 + others).split(separator: "\n").joined(separator: ", ")
    }

    var markdown: String {
        let day = begin.formatted(.iso8601.year().month().day())
        let minutes = Int((Date().timeIntervalSince(begin) / 60).rounded(.up))
        return "Measured on \(day) in \(minutes) minutes, on \(release.testDescription) hosts (\(versions)),"
            + " on a machine with Linux \(Self.kernel) and \(ProcessInfo.processInfo.activeProcessorCount) processors"
            + " (\(Self.processor)).\n"
    }

    private static var kernel: String {
        (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines) ?? "?"
    }

    private static var processor: String {
        let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
        let model = lines.first { $0.hasPrefix("model name") || $0.hasPrefix("CPU part") }
        return model?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown"
    }
}
