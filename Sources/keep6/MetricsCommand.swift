// keep6 metrics: how the kept uplinks are, for a monitoring system.
import CLinux
import Host
import Keep6
import Linux
import Netlink

/// Prints the metrics of all kept uplinks, or puts them into a file, whole, by a rename; returns 0, or 2 if that failed.
///
/// No kept uplink is no failure: there is nothing to tell, and a file of an uplink that was kept is emptied.
func metrics(_ arguments: [String], _ environment: ProcessEnvironment) -> Int32 {
    guard arguments.isEmpty || arguments.count == 2 && arguments[0] == "--output" else {
        return misused("metrics takes --output and the path of a file")
    }
    do {
        let voice = Voice(environment)
        let text = Metrics(try states(of: RunDirectory.uplinks(), voice)).text
        guard arguments.count == 2 else {
            Voice.write(text, to: 1)
            return 0
        }
        try StateFile.replace(arguments[1], with: text)
        return 0
    } catch {
        Voice.write("keep6: \(error); the metrics are as they were\n", to: 2)
        return 2
    }
}
