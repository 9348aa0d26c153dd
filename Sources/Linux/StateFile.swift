// Small files that are complete or absent: written under another name, synced, renamed.
import CLinux

/// Reads and replaces small files of keep6's own.
package enum StateFile {
    /// The size limit of a state file in bytes; keep6 writes none that is larger.
    package static let limit = 64 * 1024

    /// The file's text, or nil if there is no file.
    ///
    /// It does not follow links, and reads only a regular file of the running user; anything else is an error.
    package static func read(_ path: String) throws(SystemError) -> String? {
        try bytes(of: path, limit: limit).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The same for a file that may be larger.
    package static func bytes(of path: String, limit: Int) throws(SystemError) -> [UInt8]? {
        do {
            let file = try Descriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            try checkOwner(of: file, path, isDirectory: false)
            return try file.readAll(limit: limit, of: path)
        } catch {
            if error.code == ENOENT { return nil }
            throw error
        }
    }

    private static func checkOwner(
        of file: borrowing Descriptor, _ path: String, isDirectory: Bool
    ) throws(SystemError) {
        var info = stat()
        try check("look at \(path)") { fstat(file.raw, &info) }
        let kind = mode_t(isDirectory ? S_IFDIR : S_IFREG)
        guard info.st_mode & mode_t(S_IFMT) == kind, info.st_uid == geteuid() || info.st_uid == 0 else {
            throw SystemError(
                code: EPERM, doing: "read \(path), which is not a \(isDirectory ? "directory" : "file") of ours")
        }
    }

    /// Replaces the file by temporary file, fsync and rename; a reader sees the old text or the new.
    ///
    /// The temporary file belongs to the process, because two hooks may run at once.
    package static func replace(_ path: String, with text: String) throws(SystemError) {
        try replace(path, with: Array(text.utf8), mode: 0o644)
    }

    package static func replace(_ path: String, with bytes: [UInt8], mode: mode_t) throws(SystemError) {
        let temporary = "\(path).\(getpid()).new"
        do {
            let file = try create(temporary, mode)
            try check("set the mode of \(temporary)") { fchmod(file.raw, mode) }
            try file.writeAll(bytes, to: temporary)
            try check("sync \(temporary)") { fsync(file.raw) }
            try check("rename \(temporary) to \(path)") { rename(temporary, path) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Writes a directory's names to the disk; otherwise a renamed file may be missing after a crash.
    package static func syncDirectory(_ path: String) throws(SystemError) {
        let directory = try openDirectory(path)
        try check("sync \(path)") { fsync(directory.raw) }
    }

    /// Whether the directory exists; a link, or a directory of another user, is an error.
    package static func isDirectory(_ path: String) throws(SystemError) -> Bool {
        do {
            _ = try openDirectory(path)
            return true
        } catch {
            if error.code == ENOENT { return false }
            throw error
        }
    }

    private static func openDirectory(_ path: String) throws(SystemError) -> Descriptor {
        let directory = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        try checkOwner(of: directory, path, isDirectory: true)
        return directory
    }

    /// Removes the file; a missing file is not an error.
    package static func remove(_ path: String) throws(SystemError) {
        do {
            try check("remove \(path)") { unlink(path) }
        } catch {
            if error.code != ENOENT { throw error }
        }
    }

    /// Makes the directory unless it exists.
    package static func makeDirectory(_ path: String, mode: mode_t = 0o755) throws(SystemError) {
        do {
            try check("make the directory \(path)") { mkdir(path, mode) }
        } catch {
            if error.code != EEXIST { throw error }
        }
    }

    private static func create(_ path: String, _ mode: mode_t) throws(SystemError) -> Descriptor {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        do {
            return try Descriptor(opening: path, flags, mode: mode)
        } catch {
            guard error.code == EEXIST else { throw error }
            unlink(path)
            return try Descriptor(opening: path, flags, mode: mode)
        }
    }
}
