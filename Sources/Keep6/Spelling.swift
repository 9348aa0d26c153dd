// Which word somebody meant who wrote another.

/// The word that differs from the given one by case, or else by the fewest letters, two at most and fewer than half;
/// nil if none is so near.
func nearest(to word: String, among words: [String]) -> String? {
    let written = Array(word.lowercased().utf8)
    var best: (word: String, distance: Int)?
    for word in words {
        let right = Array(word.lowercased().utf8)
        guard abs(written.count - right.count) <= 2 else { continue }
        let distance = distance(written, right)
        if distance <= 2, distance * 2 < right.count, distance < best?.distance ?? .max { best = (word, distance) }
    }
    return best?.word
}

/// How many letters must be put in, taken out or replaced to make one word of the other (Levenshtein 1965).
private func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (index, byte) in left.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in right.indices {
            let replaced = diagonal + (byte == right[column] ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
        }
    }
    return row[right.count]
}
