// Reports when files in a directory are written, renamed, touched or removed (inotify(7)).
import CLinux
import Internet

/// A watched directory, without what is below its directories; reads are not reported.
package final class DirectoryWatch {
    private let inotify: Descriptor
    private let path: String
    private var buffer = [UInt8](repeating: 0, count: 16 * 1024)

    /// For an event loop; it does not block.
    package var descriptor: Int32 { inotify.raw }

    package init(_ path: String) throws(SystemError) {
        self.path = path
        inotify = Descriptor(
            owning: try check("watch files") { inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC)) })
        let mask = IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_CLOSE_WRITE | IN_ATTRIB
        try check("watch \(path)") { inotify_add_watch(inotify.raw, path, UInt32(mask)) }
    }

    /// The names of changed files, once for each change; an empty name if the kernel lost changes.
    package func changes() throws(SystemError) -> [String] {
        var names: [String] = []
        do throws(SystemError) {
            while true {
                let count = try check("read changes in \(path)") { read(inotify.raw, &buffer, buffer.count) }
                guard count > 0 else { return names }
                names += (try? DirectoryWatch.names(in: buffer[..<count])) ?? [""]
            }
        } catch {
            if error.code == EAGAIN { return names }
            throw error
        }
    }

    /// The names in a sequence of `struct inotify_event`, each padded with NUL.
    private static func names(in bytes: ArraySlice<UInt8>) throws(Malformed) -> [String] {
        var cursor = ByteCursor(bytes)
        var names: [String] = []
        while !cursor.isAtEnd {
            _ = try cursor.take(12)
            let length = Int(try cursor.native(UInt32.self))
            names.append(String(decoding: try cursor.take(length).prefix { $0 != 0 }, as: UTF8.self))
        }
        return names
    }
}
