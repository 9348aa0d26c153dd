// A system call that failed: what was being done, and the kernel's reason.
import CLinux

/// An errno with what was being done when it came; the description is half a sentence, ready to be continued.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    public let code: Int32
    public let doing: String

    public init(code: Int32, doing: String) {
        self.code = code
        self.doing = doing
    }

    public var description: String { "\(doing): \(SystemError.words(code))" }

    /// strerror(3)'s words for an errno.
    public static func words(_ code: Int32) -> String { String(cString: strerror(code)) }
}

/// Turns -1 and errno into a thrown error, and calls again after EINTR; the only place that reads errno.
@discardableResult
public func check<T: FixedWidthInteger & SignedInteger>(
    _ doing: @autoclosure () -> String, _ call: () -> T
) throws(SystemError) -> T {
    while true {
        let result = call()
        if result != -1 { return result }
        let code = keep6_errno()
        if code != EINTR { throw SystemError(code: code, doing: doing()) }
    }
}
