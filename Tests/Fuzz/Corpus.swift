// The inputs that are kept: seeds, and whatever once did harm.
import Foundation
import Glibc

/// The directory of one parser's inputs.
struct Corpus {
    private let directory: URL

    init(of parser: Parser) {
        directory = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "corpus/\(parser.testDescription)")
    }

    /// Every file, by name.
    func files() throws -> [(name: String, input: [UInt8])] {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        return try names.map { ($0, Array(try Data(contentsOf: directory.appending(path: $0)))) }
    }

    /// The files that inputs are made of.
    func seeds() throws -> [[UInt8]] { try files().filter { !$0.name.hasPrefix("crash-") }.map(\.input) }

    /// Where the input is written before it is read: a process that dies of it leaves it there.
    func crashFile(seed: UInt64) throws -> CrashFile {
        let path = directory.appending(path: "crash-\(seed)").path
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path]) }
        return CrashFile(path: path, descriptor: descriptor)
    }
}

/// The file with the input that is being read.
struct CrashFile {
    let path: String
    fileprivate let descriptor: Int32

    func write(_ input: [UInt8]) {
        let isWritten = ftruncate(descriptor, off_t(input.count)) == 0
        precondition(isWritten && pwrite(descriptor, input, input.count, 0) == input.count, "\(path) cannot be written")
    }

    /// Removes it: no input did harm.
    func remove() {
        close(descriptor)
        unlink(path)
    }
}
