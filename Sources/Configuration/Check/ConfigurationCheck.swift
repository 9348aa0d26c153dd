// What all checks of a host's configuration have in common.

/// A value that was given all it needs, and says what is wrong.
package protocol ConfigurationCheck {
    /// In the order of the files; the same finding may occur twice.
    func findings() -> [Finding]
}

/// A check that needs a file which a host may lack.
extension Optional: ConfigurationCheck where Wrapped: ConfigurationCheck {
    package func findings() -> [Finding] { self?.findings() ?? [] }
}

extension Finding {
    /// What these checks find, one check after the other, each finding once.
    package static func all<each Check: ConfigurationCheck>(of checks: repeat each Check) -> [Finding] {
        var found: [Finding] = []
        for check in repeat each checks { found += check.findings() }
        var seen: Set<Finding> = []
        return found.filter { seen.insert($0).inserted }
    }
}
