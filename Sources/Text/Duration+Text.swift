// A length of time as people read it.
import Internet

extension Duration {
    /// In the two largest units that it has, and in microseconds, milliseconds and tenths of a second where it is short.
    package var words: String {
        let microseconds = max(self.microseconds, 0)
        let seconds = microseconds / 1_000_000
        switch microseconds {
        case ..<1_000: return "\(microseconds) us"
        case ..<1_000_000: return "\(microseconds / 1_000) ms"
        case ..<60_000_000: return "\(seconds).\(microseconds / 100_000 % 10) s"
        default: break
        }
        switch seconds {
        case ..<3_600: return "\(seconds / 60) min \(seconds % 60) s"
        case ..<86_400: return "\(seconds / 3_600) h \(seconds / 60 % 60) min"
        default: return "\(seconds / 86_400) d \(seconds / 3_600 % 24) h"
        }
    }
}
