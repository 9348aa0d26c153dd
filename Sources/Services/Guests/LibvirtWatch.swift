// Hears over the system bus that libvirt's daemon starts, also when the bus was gone in between.
import Internet
import Linux
import Systemd

/// Watches the services that turn forwarding on, in the guard's event loop.
final class LibvirtWatch {
    private static let services = ["libvirtd.service", "virtnetworkd.service"]

    private let loop: EventLoop
    private let hear: (String) -> Void
    private var services: ServiceWatch?
    private var timer: Timer?
    /// How long a bus that went away is waited for until it is tried again.
    private var delay = LibvirtWatch.shortestDelay
    private static let shortestDelay = Duration.seconds(1)
    private static let longestDelay = Duration.seconds(60)

    /// - Parameters:
    ///   - hear: gets what happened, as a clause.
    ///   - complain: gets a sentence.
    init(
        in loop: EventLoop, hear: @escaping (String) -> Void, complain: (String) -> Void
    ) throws(SystemError) {
        self.loop = loop
        self.hear = hear
        timer = try loop.timer { [unowned self] in connectAgain() }
        do throws(SystemError) { try connect() } catch {
            complain("\(error); keep6 does not hear when libvirtd starts, but the kernel tells what it does.")
        }
    }

    private func connect() throws(SystemError) {
        services = try ServiceWatch(
            LibvirtWatch.services, on: loop, becameActive: { [unowned self] in hear("\($0) became active") },
            lost: { [unowned self] in waitForBus() })
    }

    private func waitForBus() {
        // A timer that cannot be set means that the loop is at its end.
        try? timer?.set(.now.advanced(by: delay))
        delay = min(delay * 2, LibvirtWatch.longestDelay)
    }

    private func connectAgain() {
        services = nil
        do throws(SystemError) { try connect() } catch { return waitForBus() }
        delay = LibvirtWatch.shortestDelay
        hear("the system bus is there again")
    }
}
