// What a service tells the manager that started it (sd_notify(3)).
import CSystemd

/// Notifications of this process to systemd; without a manager that listens they go nowhere.
public enum ServiceNotification {
    /// The unit is started: what is ordered after it may start.
    public static func ready() { sd_notify(0, "READY=1") }

    /// The line that `systemctl status` shows.
    public static func status(_ text: String) { sd_notify(0, "STATUS=\(text)") }

    /// Allows the start to take so many seconds more.
    public static func extendStart(seconds: Int) { sd_notify(0, "EXTEND_TIMEOUT_USEC=\(seconds * 1_000_000)") }

    public static func stopping() { sd_notify(0, "STOPPING=1") }
}
