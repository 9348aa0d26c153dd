import Foundation

/// Overlay mounts, and how to be rid of them.
enum Mount {
    /// Lays `upper` over the lower directories, the topmost first, and shows the whole at `target`.
    static func overlay(_ lower: [String], upper: String, work: String, at target: String) throws {
        for directory in [upper, work, target] {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        }
        let options = "lowerdir=\(lower.joined(separator: ":")),upperdir=\(upper),workdir=\(work)"
        try machine("mount", "-t", "overlay", "keep6-lab", "-o", options, target)
    }

    static func detach(_ target: String) {
        umount2(target, Int32(MNT_DETACH))
    }

    static func detachAll(below directory: String) {
        let mounts = (try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? ""
        let targets = mounts.split(separator: "\n").compactMap { $0.split(separator: " ").dropFirst().first }
        for target in targets.reversed() where target.hasPrefix(directory) { detach(String(target)) }
    }
}
