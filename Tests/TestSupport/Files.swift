// What tests read as files of a host: a file system in memory, and the readers on it.
import Configuration
import Internet

/// A file system in memory. A `source` line finds what its pattern fits, as in a shell. Directories are those that the
/// files lie in, and those given.
package func fileReader(_ files: [String: String], directories: [String: [String]] = [:]) -> FileReader {
    FileReader(
        read: { (path, limit) throws(FileTrouble) in
            if directories[path] != nil { throw .other("Is a directory") }
            guard let text = files[path] else { throw .missing }
            return Array(text.utf8.prefix(limit))
        },
        expand: { (pattern) throws(FileTrouble) in
            if pattern.contains("$(") { throw .other("command substitution") }
            let found = files.keys.filter { fits($0, pattern: pattern) }.sorted()
            return found.isEmpty ? [pattern] : found
        },
        list: { (path) throws(FileTrouble) in
            if let names = directories[path] { return names }
            let below = files.keys.filter { $0.hasPrefix(path + "/") }.map { $0.dropFirst(path.utf8.count + 1) }
            guard !below.isEmpty else { throw .missing }
            return Set(below.map { String($0.prefix { $0 != "/" }) }).sorted()
        })
}

package func interfaces(
    _ text: String, _ files: [String: String] = [:], directories: [String: [String]] = [:]
) -> InterfacesTree {
    let all = files.merging(["/n/interfaces": text]) { $1 }
    return InterfacesTree(reading: "/n/interfaces", with: fileReader(all, directories: directories))
}

package func networkFile(_ text: String, dropIn: String? = nil) -> NetworkFile {
    var file = NetworkFile(path: "/n/a.network")
    var room = ReadLimit.items
    file.append(Array(text.utf8), of: "/n/a.network", room: &room)
    if let dropIn { file.append(Array(dropIn.utf8), of: "/n/a.network.d/b.conf", room: &room) }
    return file
}

package func networkTree(_ files: [String: String], directories: [String: [String]] = [:]) -> NetworkTree {
    NetworkTree(with: fileReader(files, directories: directories))
}
