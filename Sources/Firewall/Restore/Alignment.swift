// What two sequences of rules have in common, in order.

/// Pairs of places at which an old and a new sequence have the same rule, both in increasing order.
///
/// It pairs equal rules at both ends first. Of the rest, it pairs as many as possible of those that each side has once,
/// without crossings (patience sorting). This takes O(n log n) for n rules.
struct Alignment {
    private(set) var pairs: [(old: Int, new: Int)] = []

    init(_ old: [Rule], _ new: [Rule]) {
        let shorter = min(old.count, new.count)
        var start = 0
        while start < shorter, old[start].specification == new[start].specification { start += 1 }
        var end = 0
        while end < shorter - start,
            old[old.count - 1 - end].specification == new[new.count - 1 - end].specification
        { end += 1 }
        pairs = (0..<start).map { ($0, $0) }
        pairs += Alignment.middle(old[start..<old.count - end], new[start..<new.count - end])
        pairs += (0..<end).reversed().map { (old.count - 1 - $0, new.count - 1 - $0) }
    }

    private static func middle(_ old: ArraySlice<Rule>, _ new: ArraySlice<Rule>) -> [(old: Int, new: Int)] {
        guard !old.isEmpty, !new.isEmpty else { return [] }
        let (oldPlaces, newPlaces) = (singles(old), singles(new))
        let common = new.indices.compactMap { place -> (old: Int, new: Int)? in
            guard newPlaces[new[place].specification] == place,
                let oldPlace = oldPlaces[new[place].specification], oldPlace >= 0
            else { return nil }
            return (oldPlace, place)
        }
        return increasing(common)
    }

    /// The place of each rule; -1 for a rule that occurs more than once.
    private static func singles(_ rules: ArraySlice<Rule>) -> [ArraySlice<UInt8>: Int] {
        var places: [ArraySlice<UInt8>: Int] = [:]
        for place in rules.indices {
            places[rules[place].specification] = places[rules[place].specification] == nil ? place : -1
        }
        return places
    }

    /// The longest part in which the old places also increase.
    private static func increasing(_ pairs: [(old: Int, new: Int)]) -> [(old: Int, new: Int)] {
        var ends: [Int] = []
        var before = [Int?](repeating: nil, count: pairs.count)
        for index in pairs.indices {
            var (low, high) = (0, ends.count)
            while low < high {
                let middle = (low + high) / 2
                if pairs[ends[middle]].old < pairs[index].old { low = middle + 1 } else { high = middle }
            }
            before[index] = low == 0 ? nil : ends[low - 1]
            if low == ends.count { ends.append(index) } else { ends[low] = index }
        }
        var longest: [(old: Int, new: Int)] = []
        var next = ends.last
        while let index = next {
            longest.append(pairs[index])
            next = before[index]
        }
        return longest.reversed()
    }
}
