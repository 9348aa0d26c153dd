// Searches bytes with the C library, which compares many at a time.
import CLinux

extension ArraySlice<UInt8> {
    /// The place of the first occurrence of the byte (memchr(3)).
    func place(of byte: UInt8) -> Index? {
        withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return nil }
            guard let found = memchr(start, Int32(byte), buffer.count) else { return nil }
            return startIndex + (UnsafeRawPointer(found) - UnsafeRawPointer(start))
        }
    }
}
