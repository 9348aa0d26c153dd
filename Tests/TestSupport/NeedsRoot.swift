// What a test needs of the machine.
import Glibc
import Testing

extension Trait where Self == ConditionTrait {
    /// Skips the tests unless they may make network namespaces.
    package static var needsRoot: Self { .enabled(if: geteuid() == 0, "needs root, for network namespaces") }
}
