// Small files that are whole or not there: written beside, synced, renamed.
import CLinux

/// Reads and replaces small files of keep6's own.
public enum StateFile {
    /// The most a state file may hold, in bytes; more is not one of ours.
    public static let limit = 64 * 1024

    /// The file's text, or nil if there is none.
    ///
    /// Links are not followed, and only a regular file of the running user is read; anything else is an error.
    public static func read(_ path: String) throws(SystemError) -> String? {
        do {
            return try text(of: Descriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK), path)
        } catch {
            if error.code == ENOENT { return nil }
            throw error
        }
    }

    private static func text(of file: borrowing Descriptor, _ path: String) throws(SystemError) -> String {
        var info = stat()
        try check("look at \(path)") { fstat(file.raw, &info) }
        guard info.st_mode & mode_t(S_IFMT) == mode_t(S_IFREG), info.st_uid == geteuid() || info.st_uid == 0 else {
            throw SystemError(code: EPERM, doing: "read \(path), which is no file of ours")
        }
        return String(decoding: try file.readAll(limit: limit, of: path), as: UTF8.self)
    }

    /// Replaces the file by temporary file, fsync and rename, mode 0644; a reader sees the old text or the new.
    ///
    /// The temporary file is the process's own, for two hooks may come at once.
    public static func replace(_ path: String, with text: String) throws(SystemError) {
        let temporary = "\(path).\(getpid()).new"
        do {
            let file = try create(temporary)
            try file.writeAll(Array(text.utf8), to: temporary)
            try check("sync \(temporary)") { fsync(file.raw) }
            try check("rename \(temporary) to \(path)") { rename(temporary, path) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Removes the file; one that is not there is as good.
    public static func remove(_ path: String) throws(SystemError) {
        do {
            try check("remove \(path)") { unlink(path) }
        } catch {
            if error.code != ENOENT { throw error }
        }
    }

    /// Makes the directory, mode 0755, unless it is there.
    public static func makeDirectory(_ path: String) throws(SystemError) {
        do {
            try check("make the directory \(path)") { mkdir(path, 0o755) }
        } catch {
            if error.code != EEXIST { throw error }
        }
    }

    private static func create(_ path: String) throws(SystemError) -> Descriptor {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        do {
            return try Descriptor(opening: path, flags, mode: 0o644)
        } catch {
            guard error.code == EEXIST else { throw error }
            unlink(path)
            return try Descriptor(opening: path, flags, mode: 0o644)
        }
    }
}
