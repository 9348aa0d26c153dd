// The kernel's table of file locks (proc(5), /proc/locks), which every user may read.
import CLinux

/// Tells whether a process has locked a file that the caller may not open: a user who could open the file could also
/// lock it and keep the owner out.
package enum LockTable {
    /// Whether an open file description has a lock on the file (F_OFD_SETLK, fcntl(2)); ENOENT if there is no file.
    package static func hasLock(on path: String) throws(SystemError) -> Bool {
        var info = stat()
        try check("look at \(path)") { lstat(path, &info) }
        let table = "/proc/locks"
        let bytes = try Descriptor(opening: table, O_RDONLY).readAll(limit: 1 << 20, of: table)
        return has(
            lockOn: UInt64(info.st_ino), device: (gnu_dev_major(info.st_dev), gnu_dev_minor(info.st_dev)),
            in: String(decoding: bytes, as: UTF8.self))
    }

    /// A line is `1: OFDLCK ADVISORY  WRITE -1 00:19:1187 0 EOF`: the device in hexadecimal, the inode in decimal digits.
    static func has(lockOn inode: UInt64, device: (major: UInt32, minor: UInt32), in table: String) -> Bool {
        table.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            guard fields.count >= 6, fields[1] == "OFDLCK" else { return false }
            let place = fields[5].split(separator: ":")
            return place.count == 3 && UInt32(place[0], radix: 16) == device.major
                && UInt32(place[1], radix: 16) == device.minor && UInt64(place[2]) == inode
        }
    }
}
