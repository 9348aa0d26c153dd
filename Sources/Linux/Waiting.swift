// Waits for one descriptor without an event loop.
import CLinux
import Internet

/// Waits until the descriptor is readable; false after the deadline (poll(2)).
package func waitUntilReadable(
    _ descriptor: Int32, until deadline: Instant, for what: @autoclosure () -> String
) throws(SystemError) -> Bool {
    let left = Instant.now.duration(to: deadline).microseconds
    guard left > 0 else { return false }
    var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return try check("wait for \(what())") { poll(&watched, 1, Int32(clamping: left / 1000 + 1)) } == 1
}
