// Learns over D-Bus that a service became active (org.freedesktop.DBus.Properties, org.freedesktop.systemd1(5)).
import CSystemd
import Linux

/// Reports when one of several services becomes active. It never waits for an answer, because the bus may be late at
/// boot.
package final class ServiceWatch {
    private let bus: OpaquePointer
    private var matches: [Match] = []
    private let lost: () -> Void

    /// The name of one service and what to run; C holds it unretained, and the watch owns it.
    private final class Match {
        let service: String
        let run: (String) -> Void
        /// systemd reports some changes twice.
        var isActive = false
        init(_ service: String, _ run: @escaping (String) -> Void) {
            self.service = service
            self.run = run
        }
    }

    /// Connects to the system bus on this loop.
    ///
    /// - Parameters:   - becameActive: receives the service's name.   - lost: called once if the bus goes away; the
    ///   watch then reports nothing.
    package init(
        _ services: [String], on loop: EventLoop, becameActive: @escaping (String) -> Void,
        lost: @escaping () -> Void
    ) throws(SystemError) {
        self.lost = lost
        var bus: OpaquePointer?
        try checkSystemd("connect to the system bus", sd_bus_open_system(&bus))
        guard let bus else { throw SystemError(code: ENOTCONN, doing: "connect to the system bus") }
        self.bus = bus
        try checkSystemd("attach the system bus", sd_bus_attach_event(bus, loop.event, 0))
        try watchConnection()
        for service in services { try watch(service, becameActive) }
        try subscribe()
    }

    deinit { sd_bus_close_unref(bus) }

    /// libsystemd creates this signal itself (sd_bus_set_connected_signal(3) describes the other one).
    private func watchConnection() throws(SystemError) {
        let local = "org.freedesktop.DBus.Local"
        try checkSystemd(
            "watch the system bus",
            sd_bus_match_signal_async(
                bus, nil, local, "/org/freedesktop/DBus/Local", local, "Disconnected",
                { _, userdata, _ in
                    if let userdata { Unmanaged<ServiceWatch>.fromOpaque(userdata).takeUnretainedValue().lost() }
                    return 0
                }, { _, _, _ in 0 }, Unmanaged.passUnretained(self).toOpaque()))
    }

    private func watch(_ service: String, _ run: @escaping (String) -> Void) throws(SystemError) {
        let match = Match(service, run)
        matches.append(match)
        var path: UnsafeMutablePointer<CChar>?
        defer { free(path) }
        try checkSystemd(
            "name the unit \(service)", sd_bus_path_encode("/org/freedesktop/systemd1/unit", service, &path))
        try checkSystemd(
            "watch \(service)",
            sd_bus_match_signal_async(
                bus, nil, "org.freedesktop.systemd1", path, "org.freedesktop.DBus.Properties", "PropertiesChanged",
                { message, userdata, _ in
                    guard let userdata, let isActive = ServiceWatch.isActive(message) else { return 0 }
                    let match = Unmanaged<Match>.fromOpaque(userdata).takeUnretainedValue()
                    if isActive, !match.isActive { match.run(match.service) }
                    match.isActive = isActive
                    return 0
                }, { _, _, _ in 0 }, Unmanaged.passUnretained(match).toOpaque()))
    }

    /// systemd sends its signals only while a client has subscribed.
    private func subscribe() throws(SystemError) {
        var message: OpaquePointer?
        let doing = "subscribe to systemd's signals"
        try checkSystemd(
            doing,
            sd_bus_message_new_method_call(
                bus, &message, "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
                "org.freedesktop.systemd1.Manager", "Subscribe"))
        defer { sd_bus_message_unref(message) }
        try checkSystemd(doing, sd_bus_call_async(bus, nil, message, { _, _, _ in 0 }, nil, 0))
    }

    /// Whether a PropertiesChanged message says that ActiveState is now `active`; nil if it does not mention
    /// ActiveState.
    private static func isActive(_ message: OpaquePointer?) -> Bool? {
        guard sd_bus_message_skip(message, "s") >= 0,
            sd_bus_message_enter_container(message, CChar(UInt8(ascii: "a")), "{sv}") > 0
        else { return nil }
        while sd_bus_message_enter_container(message, CChar(UInt8(ascii: "e")), "sv") > 0 {
            var name: UnsafePointer<CChar>?
            sd_bus_message_read_basic(message, CChar(UInt8(ascii: "s")), &name)
            if let name, String(cString: name) == "ActiveState",
                sd_bus_message_enter_container(message, CChar(UInt8(ascii: "v")), "s") > 0
            {
                var state: UnsafePointer<CChar>?
                sd_bus_message_read_basic(message, CChar(UInt8(ascii: "s")), &state)
                return state.map { String(cString: $0) } == "active"
            }
            guard sd_bus_message_skip(message, "v") >= 0, sd_bus_message_exit_container(message) >= 0 else { break }
        }
        return nil
    }
}
