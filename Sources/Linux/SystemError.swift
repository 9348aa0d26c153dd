// A failed system call or request to the kernel: what was being done, and the kernel's reason.
import CLinux

/// An errno, and what was being done; the description is half a sentence that the caller continues.
package struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    package let code: Int32
    /// `add default via fe80::1 metric 1025`.
    package let doing: String
    /// The kernel's own words beside the errno (a netlink request's extended acknowledgement).
    package let explanation: String?

    package init(code: Int32, doing: String, explanation: String? = nil) {
        self.code = code
        self.doing = doing
        self.explanation = explanation
    }

    package var description: String {
        let kernel = explanation.map { " (\"\($0)\")" } ?? ""
        return "\(doing): \(SystemError.words(code))\(kernel)"
    }

    /// strerror(3)'s words for an errno.
    package static func words(_ code: Int32) -> String { String(cString: strerror(code)) }
}

/// Turns -1 and errno into a thrown error, and repeats the call after EINTR; nothing else reads errno.
@discardableResult
package func check<T: FixedWidthInteger & SignedInteger>(
    _ doing: @autoclosure () -> String, _ call: () -> T
) throws(SystemError) -> T {
    while true {
        let result = call()
        if result != -1 { return result }
        let code = keep6_errno()
        if code != EINTR { throw SystemError(code: code, doing: doing()) }
    }
}
