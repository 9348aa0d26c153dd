import Foundation

/// A control group of its own for each booted host: two hosts in one would see, and stop, each other's services.
struct ControlGroup: Sendable {
    let name: String
    private var directories: [String] { Self.hierarchies.map { "\($0)/\(name)" } }

    func create() throws {
        for directory in directories {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        }
    }

    /// The command, to be run in here.
    func command(_ command: Command) -> Command {
        let enter = directories.map { "echo $$ >\($0)/cgroup.procs && " }.joined()
        return Command(["sh", "-c", "\(enter)exec \"$@\"", "sh"] + command.words, environment: command.environment)
    }

    /// Kills what still runs in here, which takes a moment to be gone.
    func remove() {
        for directory in directories {
            // Only the unified hierarchy has this file.
            guard let kill = FileHandle(forWritingAtPath: "\(directory)/cgroup.kill") else { continue }
            try? kill.write(contentsOf: Data("1".utf8))
        }
        for _ in 0..<500 where directories.contains(where: Self.isDirectory) {
            for directory in directories { Self.remove(directory) }
            usleep(10_000)
        }
    }

    static func removeAll(prefix: String) {
        for hierarchy in hierarchies {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: hierarchy)) ?? []
            for name in names where name.hasPrefix(prefix) { ControlGroup(name: name).remove() }
        }
    }

    private static func remove(_ directory: String) {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        for path in files.map({ "\(directory)/\($0)" }) where isDirectory(path) { remove(path) }
        rmdir(directory)
    }

    private static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }

    /// Where systemd keeps track of services: the unified hierarchy, and the named one of older machines.
    private static let hierarchies: [String] = {
        let mounts = (try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? ""
        return mounts.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ").map(String.init)
            let isSystemd = fields[2] == "cgroup" && fields[3].contains("name=systemd")
            return fields[2] == "cgroup2" || isSystemd ? fields[1] : nil
        }
    }()
}
