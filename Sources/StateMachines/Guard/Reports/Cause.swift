// Why a default route went away.
import Text

/// Why a default route went away.
package enum Cause: Equatable, Hashable, Sendable {
    case forwarding
    case process(UInt32, name: String?)
    case withdrawal
    /// By a neighbor advertisement without the R flag.
    case noRouter
    case expiry
    case linkDown
    case replaced
    case kernel
    /// It was not there when the state was read.
    case missing

    /// A clause that follows "the default route was lost:"; also the value of KEEP6_CAUSE=.
    package var clause: String {
        switch self {
        case .forwarding: "forwarding was turned on"
        case .process(1, let name?): "deleted by '\(name.printable(limit: 64))'"
        case .process(let pid, let name?): "deleted by '\(name.printable(limit: 64))' (pid \(pid))"
        case .process(let pid, nil): "deleted by a program (pid \(pid))"
        case .withdrawal: "the router withdrew itself"
        case .noRouter: "the router said it is no longer a router"
        case .expiry: "the router's lifetime ran out and no router answered"
        case .linkDown: "the link went down"
        case .replaced: "another route took its place"
        case .kernel: "removed by the kernel"
        case .missing: "it was missing when keep6 looked"
        }
    }
}
