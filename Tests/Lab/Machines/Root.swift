import Foundation

/// The root directory of an installed Debian, which hosts lie on and never write to.
struct Root: Sendable {
    /// What is installed: what the cases need, or every network manager beside it, or Docker, netfilter-persistent and,
    /// in /root/others, what takes ifupdown's place; or just what a virtual machine boots; or what a new server has.
    enum Purpose: String, Sendable { case host, survival, coexistence, machine, newcomer }

    /// Where roots are kept from run to run.
    static let cache = ProcessInfo.processInfo.environment["KEEP6_LAB_CACHE"] ?? "/var/cache/keep6-lab"

    /// Topmost first, as overlayfs wants them.
    let layers: [String]

    static func plain(_ release: DebianRelease, for purpose: Purpose = .host) throws -> Root {
        try Self.made.root("\(release) \(purpose) plain") {
            let output = try Command(
                ["sh", ProjectTree.path("Tests/Lab/make-root"), release.rawValue, purpose.rawValue],
                environment: ["KEEP6_LAB_CACHE": cache]
            ).succeed(within: 900)
            let path = output.trimmingCharacters(in: .whitespacesAndNewlines)
            // Held until the run ends, so that nobody removes it meanwhile.
            guard flock(open(path, O_RDONLY | O_CLOEXEC), LOCK_SH | LOCK_NB) == 0 else {
                throw LabFailure(description: "lock '\(path)': \(String(cString: strerror(errno)))")
            }
            return Root(layers: [path])
        }
    }

    /// With the package installed by dpkg while nothing ran there, as on a disk that is about to be booted.
    static func withPackage(_ release: DebianRelease, for purpose: Purpose = .host) throws -> Root {
        let plain = try plain(release, for: purpose)
        return try Self.made.root("\(release) \(purpose) with package") {
            let package = try DebianPackage.built(for: release)
            let place = try "\(Run.current.get().directory)/\(release)-\(purpose)"
            let (layer, root) = ("\(place)/layer", "\(place)/root")
            try Mount.overlay(plain.layers, upper: layer, work: "\(place)/work", at: root)
            defer { Mount.detach(root) }
            try FileManager.default.copyItem(atPath: package.path, toPath: "\(root)/root/keep6.deb")
            try machine("chroot", root, "dpkg", "-i", "/root/keep6.deb")
            return Root(layers: [layer] + plain.layers)
        }
    }

    private static let made = Made()

    /// Each root is made once a run, whoever asks first.
    private final class Made: @unchecked Sendable {
        private let lock = NSLock()
        private var roots: [String: Result<Root, any Error>] = [:]

        func root(_ key: String, _ make: () throws -> Root) throws -> Root {
            lock.lock()
            defer { lock.unlock() }
            let root = roots[key] ?? Result(catching: make)
            roots[key] = root
            return try root.get()
        }
    }
}
