import Foundation

/// A machine as somebody gets it who has never seen keep6: Debian as its installer leaves it, git and make, no lists of
/// packages, no cache, and a clone of what is committed. It shares the machine's network, to install packages, and
/// the files that other roots have downloaded.
final class NewMachine {
    private static let clone = "/root/keep6"

    private let release: DebianRelease
    private let directory: String
    private var root: String { "\(directory)/root" }

    init(_ release: DebianRelease) throws {
        let run = try Run.current.get()
        self.release = release
        directory = "\(run.directory)/\(run.number()).newcomer"
        let plain = try Root.plain(release, for: .newcomer)
        try Mount.overlay(plain.layers, upper: "\(directory)/upper", work: "\(directory)/work", at: root)
        try machine("git", "-c", "safe.directory=*", "clone", "-q", ProjectTree.path(), root + Self.clone)
    }

    func discard() {
        Mount.detach(root)
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// A line typed in the clone, by root. It is polite to the hosts that are measured meanwhile.
    func type(_ line: String, within seconds: Int) throws -> Command.Output {
        let toolchain = try self.toolchain()
        let archives = "\(Root.cache)/archives-\(release)"
        try FileManager.default.createDirectory(atPath: archives, withIntermediateDirectories: true)
        let path = "\(toolchain.map { "\($0)/usr/bin:" } ?? "")/usr/sbin:/usr/bin:/sbin:/bin"
        return try Command(
            [
                "setpriv", "--pdeathsig", "KILL", "systemd-nspawn", "-q", "-D", root, "--register=no", "--keep-unit",
                "--as-pid2", "--console=pipe", "--capability=all", "--resolv-conf=copy-host", "--timezone=off",
                "--bind=\(archives):/var/cache/apt/archives", "--setenv=PATH=\(path)", "--chdir=\(Self.clone)",
            ] + (toolchain.map { ["--bind-ro=\($0)"] } ?? []) + ["nice", "-n", "19", "sh", "-c", line],
            environment: ["SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1", "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network"]
        ).run(within: seconds)
    }

    /// Debian 12 has no Swift, so whoever builds there has brought one.
    private func toolchain() throws -> String? {
        guard release == .bookworm else { return nil }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let find = Command(
            ["sh", "-c", "realpath \"$(dirname \"$(command -v swift)\")\""], environment: ["PATH": path])
        let directory = try find.succeed()
        let suffix = "/usr/bin\n"
        guard directory.hasSuffix(suffix), directory != suffix else {
            throw LabFailure(
                description: "the Swift toolchain is in '\(directory)', so a new machine cannot borrow it alone")
        }
        return String(directory.dropLast(suffix.count))
    }
}
