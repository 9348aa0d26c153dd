// Finds the word that a misspelled word probably stands for.

/// The word that differs from the given one by case, or else by the fewest letters, two at most and fewer than half;
/// nil if none is so near.
package func nearest(to word: String, among words: [String]) -> String? {
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

/// How many letters must be put in, taken out, replaced or swapped with the next to make one word of the other
/// (Damerau 1964).
private func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var above: [Int] = []
    var row = Array(0...right.count)
    for (index, byte) in left.enumerated() {
        var next = [index + 1]
        for (column, other) in right.enumerated() {
            var least = min(row[column] + (byte == other ? 0 : 1), row[column + 1] + 1, next[column] + 1)
            if index > 0, column > 0, byte == right[column - 1], left[index - 1] == other {
                least = min(least, above[column - 1] + 1)
            }
            next.append(least)
        }
        above = row
        row = next
    }
    return row[right.count]
}
