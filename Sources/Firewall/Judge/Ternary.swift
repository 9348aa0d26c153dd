// Truth values for judgments on incomplete knowledge.

/// One of three truth values (Kleene's strong logic): an unknown never makes a result certain.
enum Ternary: Sendable {
    case yes, no, perhaps

    init(_ isSo: Bool) { self = isSo ? .yes : .no }

    static func && (left: Ternary, right: Ternary) -> Ternary {
        if left == .no || right == .no { return .no }
        return left == .yes && right == .yes ? .yes : .perhaps
    }

    static prefix func ! (value: Ternary) -> Ternary {
        switch value {
        case .yes: .no
        case .no: .yes
        case .perhaps: .perhaps
        }
    }
}
