import Foundation

/// A built package, as `make deb` leaves it.
struct DebianPackage: Sendable {
    let path: String

    /// The newest one for this release.
    static func built(for release: DebianRelease) throws -> DebianPackage {
        let dist = ProjectTree.path("dist")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: dist)) ?? []
        let packages = files.filter {
            $0.hasPrefix("keep6_") && $0.contains("\(release.versionSuffix)_") && $0.hasSuffix(".deb")
        }
        guard let newest = packages.map({ "\(dist)/\($0)" }).max(by: { modified($0) < modified($1) }) else {
            let name = "keep6_VERSION\(release.versionSuffix)_ARCH.deb"
            throw LabFailure(description: "no package '\(name)' in '\(dist)': run 'make deb' first")
        }
        return DebianPackage(path: newest)
    }

    /// The same once more under a higher version and with another executable, as an upgrade would bring it.
    static func successor(of package: DebianPackage) throws -> DebianPackage {
        let run = try Run.current.get()
        let tree = "\(run.directory)/\(run.number()).successor"
        try machine("dpkg-deb", "-R", package.path, tree)
        try machine("sed", "-i", "s/^Version: .*/&+next/", "\(tree)/DEBIAN/control")
        // What follows an executable's last section is never loaded.
        try machine("sh", "-c", "echo next >>\"$1\"", "sh", "\(tree)/usr/sbin/keep6")
        try machine("dpkg-deb", "--root-owner-group", "-b", tree, "\(tree).deb")
        return DebianPackage(path: "\(tree).deb")
    }

    private static func modified(_ file: String) -> Date {
        let date = try? FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date
        return date ?? .distantPast
    }
}
