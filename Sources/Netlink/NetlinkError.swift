// A netlink request that failed: what was asked, the errno and the kernel's own words for it.
import CLinux
import Internet
import Linux

/// Why a request to the kernel failed.
public struct NetlinkError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The errno; EBADMSG if the answer itself could not be read.
    public let code: Int32
    /// What was being done: `add default via fe80::1 metric 1025`.
    public let doing: String
    /// The kernel's extended acknowledgement, if it gave one.
    public let explanation: String?

    public init(code: Int32, doing: String, explanation: String? = nil) {
        self.code = code
        self.doing = doing
        self.explanation = explanation
    }

    init(_ error: SystemError, doing: String) {
        self.init(code: error.code, doing: doing, explanation: error.doing)
    }

    init(_ error: Malformed, doing: String) {
        self.init(code: EBADMSG, doing: doing, explanation: error.description)
    }

    public var description: String {
        let kernel = explanation.map { " (\"\($0)\")" } ?? ""
        return "\(doing): \(SystemError.words(code))\(kernel)"
    }
}
