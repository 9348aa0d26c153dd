// keep6 doctor: checks the path of the kept uplinks step by step, and names the first problem.
import CLinux
import Host
import Internet
import Linux
import Netlink
import Presentation
import Text

/// Examines one uplink or all; returns 0 if all is well, 1 if something is degraded, 2 if the host is offline.
func doctor(_ arguments: [String], _ environment: ProcessEnvironment) -> Int32 {
    guard let options = DoctorOptions(arguments) else {
        return misused("doctor takes the name of one interface, --beyond with an IPv6 address or 'none', and --json")
    }
    guard geteuid() == 0 else {
        Log.write(
            "keep6: run doctor as root, because only root may solicit a router and read the firewall's rules;"
                + " every user may run 'keep6 status'\n", to: 2)
        return Status.Level.down.rawValue
    }
    guard let uplinks = keptUplinks(options.uplink) else { return Status.Level.down.rawValue }
    let log = Log(environment)
    do {
        let examiner = try Examiner(beyond: options.beyond)
        let diagnoses = try states(of: uplinks, log).map { Diagnosis($0, examiner.examine($0, log)) }
        let text =
            options.wantsJSON
            ? JSON.array(diagnoses.map(\.json)).description + "\n"
            : diagnoses.map { $0.screen(isColored: wantsColor(environment)) }.joined(separator: "\n")
        Log.write(text, to: 1)
        return diagnoses.map(\.code).max() ?? 0
    } catch {
        Log.write("keep6: \(error)\n", to: 2)
        return Status.Level.down.rawValue
    }
}

private struct DoctorOptions {
    /// k.root-servers.net, which answers everyone (https://www.iana.org/domains/root/servers).
    private static let defaultBeyond = IPv6Address("2001:7fd::1")

    private(set) var uplink: String?
    private(set) var beyond = DoctorOptions.defaultBeyond
    private(set) var wantsJSON = false

    /// nil for wrong usage.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            switch word {
            case "--json": wantsJSON = true
            case "--beyond":
                guard let text = rest.popFirst() else { return nil }
                beyond = IPv6Address(text)
                guard text == "none" || beyond.map({ !$0.isMulticast && !$0.isUnspecified }) == true else { return nil }
            default:
                guard uplink == nil, !word.hasPrefix("-") else { return nil }
                uplink = word
            }
        }
    }
}
