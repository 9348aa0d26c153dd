import Testing

/// A Debian release that the package is made for.
enum DebianRelease: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case bookworm, trixie

    /// What the version of this release's package ends with.
    var versionSuffix: String {
        switch self {
        case .bookworm: "~deb12u1"
        case .trixie: "~deb13u1"
        }
    }

    var testDescription: String {
        switch self {
        case .bookworm: "Debian 12"
        case .trixie: "Debian 13"
        }
    }
}
