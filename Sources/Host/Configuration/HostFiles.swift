// The host's files, for the readers of configuration.
import CLinux
import Configuration
import Linux

extension FileReader {
    /// The file system of this host.
    package static var host: FileReader { FileReader(read: readFile, expand: expandPattern, list: listDirectory) }
}

private func readFile(_ path: String, _ limit: Int) throws(FileTrouble) -> [UInt8] {
    do throws(SystemError) {
        return try Descriptor(opening: path, O_RDONLY | O_NONBLOCK).readAll(limit: limit, of: path)
    } catch { throw trouble(error) }
}

/// The words that wordexp(3) makes of a `source` line, without running commands.
private func expandPattern(_ pattern: String) throws(FileTrouble) -> [String] {
    var result = wordexp_t()
    let code = wordexp(pattern, &result, Int32(WRDE_NOCMD))
    guard code == 0 else { throw .other("'\(pattern)' is not a pattern of paths (wordexp(3) returns \(code))") }
    defer { wordfree(&result) }
    return (0..<result.we_wordc).compactMap { result.we_wordv[$0].map { String(cString: $0) } }
}

private func listDirectory(_ path: String) throws(FileTrouble) -> [String] {
    do throws(SystemError) { return try Directory.names(in: path) } catch { throw trouble(error) }
}

private func trouble(_ error: SystemError) -> FileTrouble {
    error.code == ENOENT ? .missing : .other(SystemError.words(error.code))
}
