// keep6 metrics: the state of the kept uplinks, for a monitoring system.
import CLinux
import Host
import Linux
import Netlink
import Presentation

/// Prints the metrics of all kept uplinks, or writes them into a file and renames it; returns 0, or 2 for a failure.
///
/// Without a kept uplink it succeeds and writes an empty file, which replaces the metrics of a formerly kept uplink.
func metrics(_ arguments: [String], _ environment: ProcessEnvironment) -> Int32 {
    guard arguments.isEmpty || arguments.count == 2 && arguments[0] == "--output" else {
        return misused("metrics takes --output and the path of a file")
    }
    do {
        let log = Log(environment)
        let text = Metrics(try states(of: RunDirectory.uplinks(), log)).text
        guard arguments.count == 2 else {
            Log.write(text, to: 1)
            return 0
        }
        try StateFile.replace(arguments[1], with: text)
        return 0
    } catch {
        Log.write("keep6: \(error); the metrics are unchanged\n", to: 2)
        return 2
    }
}
