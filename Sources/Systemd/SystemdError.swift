// A call into libsystemd that failed.
import CSystemd
import Linux

/// Turns the negative errno of an sd-* call into a thrown error; the only place that reads one.
@discardableResult
func checkSystemd(_ doing: @autoclosure () -> String, _ result: Int32) throws(SystemError) -> Int32 {
    guard result < 0 else { return result }
    throw SystemError(code: -result, doing: doing())
}
