// Locks on files, as those see them who may not open the files.
import CLinux
import Foundation
import Testing

@testable import Linux

@Suite struct LockTableTests {
    private static let table = """
        1: OFDLCK ADVISORY  WRITE -1 00:19:1187 0 EOF
        2: FLOCK  ADVISORY  WRITE 17 00:19:1188 0 EOF
        3: POSIX  ADVISORY  WRITE 18 fe:10:1189 0 EOF

        """

    @Test(arguments: [(1187, 0x19, true), (1187, 0x1a, false), (1188, 0x19, false), (1190, 0x19, false)])
    func table(inode: UInt64, minor: UInt32, isLocked: Bool) {
        #expect(LockTable.has(lockOn: inode, device: (0, minor), in: Self.table) == isLocked)
    }

    @Test func aFileThatIsLockedAndOneThatIsNot() throws {
        let path = NSTemporaryDirectory() + "keep6-lock-\(UUID().uuidString)"
        let file = try Descriptor(opening: path, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        defer { unlink(path) }
        #expect(try !LockTable.hasLock(on: path))
        #expect(keep6_lock(file.raw) == 0)
        #expect(try LockTable.hasLock(on: path))
        #expect(throws: SystemError.self) { try LockTable.hasLock(on: path + ".missing") }
    }
}
