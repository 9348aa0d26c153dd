// What a service tells the manager that started it (sd_notify(3)).
import CSystemd

/// Notifications of this process to systemd; without a listening manager they have no effect.
package enum ServiceNotification {
    /// The unit has started: units ordered after it may start.
    package static func ready() { sd_notify(0, "READY=1") }

    /// The line that `systemctl status` shows.
    package static func status(_ text: String) { sd_notify(0, "STATUS=\(text)") }

    /// Extends the time limit of the start by this many seconds.
    package static func extendStart(seconds: Int) { sd_notify(0, "EXTEND_TIMEOUT_USEC=\(seconds * 1_000_000)") }

    package static func stopping() { sd_notify(0, "STOPPING=1") }
}
