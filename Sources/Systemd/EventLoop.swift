// sd-event: one loop that sleeps until a descriptor, a signal or a time wakes it (sd-event(3)).
import CSystemd
import Internet
import Linux

/// The event loop of the process. Handlers run on its one thread.
package final class EventLoop {
    let event: OpaquePointer
    private var handlers: [Handler] = []
    private var watched: [Readiness] = []

    /// A closure for C to hold; userdata is unretained, because the loop or the source owns it.
    fileprivate final class Handler {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
        var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }
        static func run(_ pointer: UnsafeMutableRawPointer?) {
            guard let pointer else { return }
            Unmanaged<Handler>.fromOpaque(pointer).takeUnretainedValue().run()
        }
    }

    package init() throws(SystemError) {
        var event: OpaquePointer?
        try checkSystemd("make an event loop", sd_event_default(&event))
        guard let event else { throw SystemError(code: ENOMEM, doing: "make an event loop") }
        self.event = event
    }

    deinit { sd_event_unref(event) }

    /// Runs the handler whenever the descriptor is readable.
    package func onReadable(_ descriptor: Int32, _ run: @escaping () -> Void) throws(SystemError) {
        watched.append(try readiness(of: descriptor, run))
    }

    /// The same for a descriptor that closes before the loop ends. It runs the handler as long as the returned object
    /// lives; drop that object before you close the descriptor.
    package func readiness(of descriptor: Int32, _ run: @escaping () -> Void) throws(SystemError) -> Readiness {
        let handler = Handler(run)
        var source: OpaquePointer?
        try checkSystemd(
            "watch a descriptor",
            sd_event_add_io(
                event, &source, descriptor, UInt32(EPOLLIN.rawValue),
                { _, _, _, userdata in
                    Handler.run(userdata)
                    return 0
                }, handler.pointer))
        guard let source else { throw SystemError(code: ENOMEM, doing: "watch a descriptor") }
        return Readiness(source: source, handler: handler)
    }

    /// Makes signals wait for the loop that will handle them, instead of ending the process (sigprocmask(2)).
    package static func block(_ signals: [Int32]) {
        var mask = sigset_t()
        sigemptyset(&mask)
        for signal in signals { sigaddset(&mask, signal) }
        sigprocmask(SIG_BLOCK, &mask, nil)
    }

    /// Runs the handler when the signal arrives; blocks the signal for the process from now on.
    package func onSignal(_ signal: Int32, _ run: @escaping () -> Void) throws(SystemError) {
        let handler = Handler(run)
        handlers.append(handler)
        EventLoop.block([signal])
        try checkSystemd(
            "watch a signal",
            sd_event_add_signal(
                event, nil, signal,
                { _, _, userdata in
                    Handler.run(userdata)
                    return 0
                }, handler.pointer))
    }

    /// A timer that runs the handler once after each `set`.
    package func timer(_ run: @escaping () -> Void) throws(SystemError) -> Timer {
        let handler = Handler(run)
        var source: OpaquePointer?
        try checkSystemd(
            "make a timer",
            sd_event_add_time(
                event, &source, CLOCK_BOOTTIME, UInt64.max, 1000,
                { _, _, userdata in
                    Handler.run(userdata)
                    return 0
                }, handler.pointer))
        guard let source else { throw SystemError(code: ENOMEM, doing: "make a timer") }
        return Timer(source: source, handler: handler)
    }

    /// Tells systemd's watchdog that the loop is running, if the unit asks for it (sd_event_set_watchdog(3)).
    package func keepWatchdog() throws(SystemError) {
        try checkSystemd("set the watchdog", sd_event_set_watchdog(event, 1))
    }

    /// Runs until `exit`.
    package func run() throws(SystemError) {
        try checkSystemd("run the event loop", sd_event_loop(event))
    }

    package func exit() { sd_event_exit(event, 0) }
}

/// The loop watches a descriptor as long as this object lives.
package final class Readiness {
    private let source: OpaquePointer
    private let handler: EventLoop.Handler

    fileprivate init(source: OpaquePointer, handler: EventLoop.Handler) {
        self.source = source
        self.handler = handler
    }

    deinit { sd_event_source_disable_unref(source) }
}

/// A handler that runs at a time on CLOCK_BOOTTIME, accurate to a millisecond.
package final class Timer {
    private let source: OpaquePointer
    private let handler: EventLoop.Handler

    fileprivate init(source: OpaquePointer, handler: EventLoop.Handler) {
        self.source = source
        self.handler = handler
    }

    deinit { sd_event_source_disable_unref(source) }

    /// Arms the timer for the instant, or disarms it with nil.
    package func set(_ instant: Instant?) throws(SystemError) {
        guard let instant else {
            try checkSystemd("disarm a timer", sd_event_source_set_enabled(source, Int32(SD_EVENT_OFF)))
            return
        }
        try checkSystemd("set a timer", sd_event_source_set_time(source, UInt64(max(instant.microseconds, 1))))
        try checkSystemd("arm a timer", sd_event_source_set_enabled(source, Int32(SD_EVENT_ONESHOT)))
    }
}
