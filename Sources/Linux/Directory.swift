// The names in a directory.
import CLinux

/// Lists directories.
public enum Directory {
    /// The names in it without `.` and `..`, in no order; at most 10,000 of them (readdir(3)).
    public static func names(in path: String) throws(SystemError) -> [String] {
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
}
