// networkd-watch: keep6-networkd.service, which sees to it that no kept link is without its guard.
import Host
import Linux
import Systemd

/// Starts the guards of all links that the .network files have kept, also of those that are not there yet.
///
/// networkd-dispatcher starts late, may miss a link, and may not be installed. Only where a file names its links by a
/// pattern does the program stay, for links that come later; else it ends.
package func networkdWatch(_ environment: ProcessEnvironment) -> Int32 {
    let log = Log(environment)
    do throws(SystemError) {
        let watch = try LinkWatch(log)
        try watch.keepAll()
        ServiceNotification.ready()
        if watch.hasPatterns { try watch.run() }
        return 0
    } catch {
        log.warning("\(error); the guards of links that networkd configures may not run; systemd tries again.")
        return 1
    }
}
