// The file system, as the pure readers see it, and how much of it they take.

/// Why a file or directory cannot be read.
package enum FileTrouble: Error, Equatable, Sendable {
    case missing
    /// In the kernel's or the library's words.
    case other(String)
}

/// The file system, as a reader of configuration sees it.
package struct FileReader {
    package typealias Read = (_ path: String, _ limit: Int) throws(FileTrouble) -> [UInt8]
    package typealias List = (_ path: String) throws(FileTrouble) -> [String]

    /// A file's bytes from its start, at most `limit` of them.
    let read: Read
    /// The paths that a `source` line means, as wordexp(3) with WRDE_NOCMD gives them: without a match, the pattern.
    let expand: List
    /// The names in a directory, in any order.
    let list: List

    package init(read: @escaping Read, expand: @escaping List, list: @escaping List) {
        self.read = read
        self.expand = expand
        self.list = list
    }
}

/// How much keep6 reads at most, so that an endless file is a finding. ifupdown and networkd have no such limit.
package enum ReadLimit {
    static let fileBytes = 1 << 20
    static let allBytes = 16 << 20
    static let files = 1000
    static let depth = 32
    /// Stanzas, their lines with the inherited ones, and selected names, all files together; or sections and
    /// assignments.
    package static let items = 50_000
    /// Names or patterns that a `[Match]` has of one key.
    static let patterns = 1000
}
