// /run/keep6: the wishes of the uplinks that are up, and what their guards remember.
import CLinux
import Configuration
import Internet
import Linux
import StateMachines

/// The state that lives as long as the host runs.
package enum RunDirectory {
    package static let path = "/run/keep6"

    private static let consequence = "keep6 ignores it until it is written again"

    private static func wishPath(_ uplink: InterfaceName) -> String { "\(path)/\(uplink).wish" }
    private static func memoryPath(_ uplink: InterfaceName) -> String { "\(path)/\(uplink).route" }

    /// The uplink as the hooks keep it; nil if it is not kept. It reports a truncated file, and returns nil.
    package static func kept(_ uplink: InterfaceName, _ log: Log) -> KeptUplink? {
        log[uplink].read(wishPath(uplink), orElse: consequence) { text throws(Malformed) in
            let kept = try KeptUplink(text: text)
            guard kept.wish.uplink == uplink else { throw Malformed("it is another interface's") }
            return kept
        }
    }

    /// The same, and the defaults where there is no wish that can be read.
    package static func keptOrDefault(_ uplink: InterfaceName, _ log: Log) -> KeptUplink {
        kept(uplink, log) ?? KeptUplink(wish: Wish(uplink: uplink))
    }

    /// Sets accept_ra and stores the wish with what accept_ra was when keep6 first came; returns whether it is another
    /// wish than the stored one.
    ///
    /// An interface that is not there yet has its accept_ra set by a later call, or by the guard when it comes.
    @discardableResult
    package static func keep(_ kept: KeptUplink, _ log: Log) -> Bool {
        let uplink = kept.wish.uplink
        let stored = RunDirectory.kept(uplink, log)
        var kept = kept
        kept.foundAcceptRA = stored?.foundAcceptRA
        do {
            let correction = try Kernel.correctAcceptRA(kept)
            kept.foundAcceptRA = kept.foundAcceptRA ?? correction.found
        } catch {
            if error.code != ENOENT {
                log[uplink].warning(
                    "\(error); accept_ra stays as it is, and the guard puts back what the kernel drops.")
            }
        }
        guard kept != stored else { return false }
        do {
            try StateFile.makeDirectory(RunDirectory.path)
            try StateFile.replace(wishPath(uplink), with: kept.text)
        } catch {
            log[uplink].warning("\(error); the guard will use the defaults.")
        }
        return true
    }

    package static func memory(_ uplink: InterfaceName, _ log: Log) -> GuardMemory? {
        log[uplink].read(memoryPath(uplink), orElse: consequence) { text throws(Malformed) in
            try GuardMemory(text: text)
        }
    }

    package static func remember(_ memory: GuardMemory, of uplink: InterfaceName) throws(SystemError) {
        try StateFile.makeDirectory(path)
        try StateFile.replace(memoryPath(uplink), with: memory.text)
    }

    /// Removes all stored files of the uplink, except the guard's lock file, which another process may be locking.
    package static func forget(_ uplink: InterfaceName) throws(SystemError) {
        for path in [wishPath(uplink), memoryPath(uplink)] { try StateFile.remove(path) }
    }

    /// The kept uplinks, by name.
    package static func uplinks() -> [InterfaceName] {
        let files = (try? Directory.names(in: path)) ?? []
        let names = files.filter { $0.hasSuffix(".wish") }.compactMap { InterfaceName(String($0.dropLast(5))) }
        return names.sorted { $0.description < $1.description }
    }
}

/// The lock that a running guard holds: one guard an uplink, and a sign of life for everybody who looks.
package struct GuardLock: ~Copyable {
    private let file: Descriptor

    /// Takes the lock; EWOULDBLOCK if another guard has it.
    package static func acquire(for uplink: InterfaceName) throws(SystemError) -> GuardLock {
        try StateFile.makeDirectory(RunDirectory.path)
        let path = "\(RunDirectory.path)/\(uplink).lock"
        let file = try Descriptor(opening: path, O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
        try check("lock \(path)") { keep6_lock(file.raw) }
        // For those who watch the directory: taking a lock is not told, touching a file is.
        futimens(file.raw, nil)
        return GuardLock(file: file)
    }

    /// Gives the lock back; so does the end of the process.
    package consuming func release() {}

    /// Whether a guard runs for the uplink. Asking takes no lock, which would keep a guard from starting; nor may others than
    /// root open the file, who could take one.
    package static func isHeld(for uplink: InterfaceName) -> Bool {
        let path = "\(RunDirectory.path)/\(uplink).lock"
        do throws(SystemError) {
            let file = try Descriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            return try check("test the lock of '\(uplink)'") { keep6_is_locked(file.raw) } == 1
        } catch {
            return error.code == EACCES && (try? LockTable.hasLock(on: path)) == true
        }
    }
}
