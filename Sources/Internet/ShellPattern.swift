// Shell patterns, as configuration files have them for the names of interfaces and of chains.

/// Whether a shell pattern fits a whole name, as fnmatch(3) has it without flags: `*`, `?`, `[a-z]`, `[!a]`, `\`.
package func fits(_ name: String, pattern: String) -> Bool {
    var pattern = Array(pattern.utf8)[...]
    var name = Array(name.utf8)[...]
    var retry: (pattern: ArraySlice<UInt8>, name: ArraySlice<UInt8>)?
    while !(pattern.isEmpty && name.isEmpty) {
        if pattern.first == UInt8(ascii: "*") {
            pattern = pattern.dropFirst()
            retry = (pattern, name)
        } else if let byte = name.first, let rest = afterOne(pattern, fitting: byte) {
            pattern = rest
            name = name.dropFirst()
        } else if let last = retry, !last.name.isEmpty {
            pattern = last.pattern
            name = last.name.dropFirst()
            retry = (pattern, name)
        } else {
            return false
        }
    }
    return true
}

/// The pattern after its first element, if that element matches the byte.
private func afterOne(_ pattern: ArraySlice<UInt8>, fitting byte: UInt8) -> ArraySlice<UInt8>? {
    guard let first = pattern.first else { return nil }
    let rest = pattern.dropFirst()
    switch first {
    case UInt8(ascii: "?"): return rest
    case UInt8(ascii: "\\"): return rest.first == byte ? rest.dropFirst() : nil
    case UInt8(ascii: "["):
        let isNegated = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
        var members = isNegated ? rest.dropFirst() : rest
        guard let end = members.dropFirst().firstIndex(of: UInt8(ascii: "]")) else { return byte == first ? rest : nil }
        members = members[..<end]
        var isMember = false
        while let low = members.popFirst() {
            var high = low
            if members.first == UInt8(ascii: "-"), members.count > 1 {
                high = members.dropFirst().first ?? low
                members = members.dropFirst(2)
            }
            if low <= byte, byte <= high { isMember = true }
        }
        return isMember != isNegated ? rest[(end + 1)...] : nil
    default: return first == byte ? rest : nil
    }
}
