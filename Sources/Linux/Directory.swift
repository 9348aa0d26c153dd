// The names in a directory, and the target of a link.
import CLinux

/// Lists directories.
package enum Directory {
    /// The names in the directory without `.` and `..`, in no order; at most 10,000 of them (readdir(3)).
    package static func names(in path: String) throws(SystemError) -> [String] {
        _ = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY)
        guard let directory = opendir(path) else { throw SystemError(code: ENOMEM, doing: "list \(path)") }
        defer { closedir(directory) }
        var names: [String] = []
        while names.count < 10_000, let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// The target of a symbolic link, at most 1023 bytes of it; EINVAL if the path is not a link (readlink(2)).
    package static func target(ofLink path: String) throws(SystemError) -> String {
        var target = [CChar](repeating: 0, count: 1024)
        let count = try check("read the link \(path)") { CLinux.readlink(path, &target, 1023) }
        return String(decoding: target.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
