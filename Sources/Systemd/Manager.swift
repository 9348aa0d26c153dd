// systemd's manager over D-Bus: starts, stops and signals units (org.freedesktop.systemd1(5)).
import CSystemd
import Internet
import Linux

/// A connection to systemd that waits for each answer, for at most five seconds.
///
/// ifupdown runs early in the boot, before there is a message bus. So root talks to systemd's own socket, as
/// systemctl(1) does, and to the system bus if that socket does not answer.
package final class Manager {
    private let bus: OpaquePointer
    /// Whether this is systemd's own socket, which sends all signals without a subscription.
    private let isDirect: Bool
    private static let timeout: UInt64 = 5_000_000
    private static let destination = "org.freedesktop.systemd1"
    private static let path = "/org/freedesktop/systemd1"
    private static let interface = "org.freedesktop.systemd1.Manager"

    package init() throws(SystemError) {
        if let bus = Manager.directConnection() {
            self.bus = bus
            isDirect = true
        } else {
            var bus: OpaquePointer?
            try checkSystemd("connect to the system bus", sd_bus_open_system(&bus))
            guard let bus else { throw SystemError(code: ENOTCONN, doing: "connect to the system bus") }
            self.bus = bus
            isDirect = false
        }
        try checkSystemd(
            "limit how long systemd may take to answer", sd_bus_set_method_call_timeout(bus, Manager.timeout))
    }

    deinit { sd_bus_flush_close_unref(bus) }

    private static func directConnection() -> OpaquePointer? {
        var bus: OpaquePointer?
        guard sd_bus_new(&bus) >= 0, let bus else { return nil }
        guard sd_bus_set_address(bus, "unix:path=/run/systemd/private") >= 0, sd_bus_start(bus) >= 0 else {
            sd_bus_unref(bus)
            return nil
        }
        return bus
    }

    /// The version of the running systemd, for example 257.
    package var version: Int {
        get throws(SystemError) {
            var text: UnsafeMutablePointer<CChar>?
            defer { free(text) }
            let doing = "ask systemd for its version"
            try checkSystemd(
                doing,
                sd_bus_get_property_string(
                    bus, Manager.destination, Manager.path, Manager.interface, "Version", nil, &text))
            let words = text.map { String(cString: $0) } ?? ""
            guard let version = Int(words.prefix { $0.isNumber }) else {
                throw SystemError(code: EPROTO, doing: "\(doing): it says '\(words)'")
            }
            return version
        }
    }

    /// Queues the start of the unit and returns at once.
    package func start(_ unit: String) throws(SystemError) {
        try call("StartUnit", [unit, "replace"], "start \(unit)")
    }

    /// Queues the restart of the unit, or its start if it is not running, and returns at once.
    package func restart(_ unit: String) throws(SystemError) {
        try call("RestartUnit", [unit, "replace"], "restart \(unit)")
    }

    /// Stops the unit and waits until it has stopped, up to the limit; a unit that is not running is not an error.
    package func stop(_ unit: String, limit: Duration) throws(SystemError) {
        let deadline = Instant.now.advanced(by: limit)
        let reply: Reply
        if !isDirect { try subscribe() }
        do {
            reply = try call("StopUnit", [unit, "replace"], "stop \(unit)")
        } catch {
            if error.code == ENOENT { return }
            throw error
        }
        guard let job = reply.objectPath else { return }
        while true {
            if try removedJob("stop \(unit)") == job { return }
            let left = Instant.now.duration(to: deadline)
            guard left > .zero else { throw SystemError(code: ETIMEDOUT, doing: "wait for \(unit) to stop") }
            try checkSystemd("wait for \(unit) to stop", sd_bus_wait(bus, UInt64(left.microseconds)))
        }
    }

    /// Makes the bus forward systemd's messages about jobs.
    private func subscribe() throws(SystemError) {
        let doing = "subscribe to systemd's jobs"
        try checkSystemd(
            doing,
            sd_bus_match_signal(
                bus, nil, Manager.destination, Manager.path, Manager.interface, "JobRemoved", nil, nil))
        try call("Subscribe", [], doing)
    }

    /// Whether the unit is stopping in order to start again.
    package func isBeingRestarted(_ unit: String) throws(SystemError) -> Bool {
        let doing = "ask systemd whether \(unit) restarts"
        guard let path = try call("GetUnit", [unit], doing).objectPath, let job = try job(of: path, doing) else {
            return false
        }
        var text: UnsafeMutablePointer<CChar>?
        defer { free(text) }
        try checkSystemd(
            doing,
            sd_bus_get_property_string(
                bus, Manager.destination, job, "\(Manager.destination).Job", "JobType", nil, &text))
        return text.map { String(cString: $0) } == "restart"
    }

    /// The path of the unit's current job; nil if there is none (org.freedesktop.systemd1(5), "Job").
    private func job(of path: String, _ doing: String) throws(SystemError) -> String? {
        var message: OpaquePointer?
        try checkSystemd(
            doing,
            sd_bus_get_property(
                bus, Manager.destination, path, "\(Manager.destination).Unit", "Job", nil, &message, "(uo)"))
        let reply = Reply(message)
        try checkSystemd(doing, sd_bus_message_enter_container(message, CChar(UInt8(ascii: "r")), "uo"))
        var id: UInt32 = 0
        try checkSystemd(doing, sd_bus_message_read_basic(message, CChar(UInt8(ascii: "u")), &id))
        return id == 0 ? nil : reply.objectPath
    }

    /// Sends the signal to the unit's main process.
    package func signal(_ unit: String, _ signal: Int32) throws(SystemError) {
        try call("KillUnit", [unit, "main"], number: signal, "signal \(unit)")
    }

    /// The job that the next JobRemoved message names; nil if there is no message left.
    private func removedJob(_ doing: String) throws(SystemError) -> String? {
        while true {
            var message: OpaquePointer?
            let result = try checkSystemd(doing, sd_bus_process(bus, &message))
            defer { sd_bus_message_unref(message) }
            if result == 0 { return nil }
            guard sd_bus_message_is_signal(message, Manager.interface, "JobRemoved") > 0 else { continue }
            var id: UInt32 = 0
            var path: UnsafePointer<CChar>?
            sd_bus_message_read_basic(message, CChar(UInt8(ascii: "u")), &id)
            sd_bus_message_read_basic(message, CChar(UInt8(ascii: "o")), &path)
            if let path { return String(cString: path) }
        }
    }

    /// The answer to a call, with an owner.
    private final class Reply {
        private let message: OpaquePointer?
        init(_ message: OpaquePointer?) { self.message = message }
        deinit { sd_bus_message_unref(message) }

        var objectPath: String? {
            var path: UnsafePointer<CChar>?
            guard sd_bus_message_read_basic(message, CChar(UInt8(ascii: "o")), &path) > 0 else { return nil }
            return path.map { String(cString: $0) }
        }
    }

    @discardableResult
    private func call(_ method: String, _ arguments: [String], number: Int32? = nil, _ doing: String)
        throws(SystemError) -> Reply
    {
        var message: OpaquePointer?
        try checkSystemd(
            doing,
            sd_bus_message_new_method_call(
                bus, &message, Manager.destination, Manager.path, Manager.interface, method))
        defer { sd_bus_message_unref(message) }
        for argument in arguments {
            try checkSystemd(doing, sd_bus_message_append_basic(message, CChar(UInt8(ascii: "s")), argument))
        }
        if var number {
            try checkSystemd(doing, sd_bus_message_append_basic(message, CChar(UInt8(ascii: "i")), &number))
        }
        var failure = sd_bus_error()
        defer { sd_bus_error_free(&failure) }
        var reply: OpaquePointer?
        let result = sd_bus_call(bus, message, 0, &failure, &reply)
        guard result >= 0 else {
            let words = failure.message.map { " (systemd: \"\(String(cString: $0))\")" } ?? ""
            throw SystemError(code: -result, doing: doing + words)
        }
        return Reply(reply)
    }
}
