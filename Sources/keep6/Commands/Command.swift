// The command `keep6`: chooses the subcommand; each has a file of its own.
import CLinux
import Host
import Linux

/// The version, as debian/changelog has it.
let version = "0.1.0"

let usage = """
    usage: keep6 status [--json] [INTERFACE]
           keep6 doctor [INTERFACE] [--beyond ADDRESS | none] [--json]
           keep6 watch [INTERFACE]
           keep6 timeline [INTERFACE] [--days N] [--json | --svg]
           keep6 check [FILE]
           keep6 firewall save [--none] | restore [--dry-run] | diff [N] | history | rollback N | import FILE
           keep6 guests prepare [--yes] NETWORK
           keep6 metrics [--output FILE]
           keep6 version
           keep6 --help

    status   shows the state of each kept uplink. Exit code: 0 well, 1 degraded, 2 down
    doctor   checks the path of each kept uplink from the link to an address beyond the router, and names the first
             problem and the command that fixes it. Exit code: 0 all well, 1 something is degraded, 2 no way out
    watch    shows the state of each kept uplink, and then each change, until Ctrl-C
    timeline draws the last 7 days (N: 1 to 90) of each kept uplink from the journal. Exit code: 0 drawn, 1 drawn, but
             the journal may be incomplete, 2 nothing to draw
    check    reads /etc/network/interfaces and the .network files (or FILE) and reports what is wrong, before you touch
             an interface
    firewall saves and restores your ip6tables rules, all of them or none, and leaves the rules of libvirt, Docker,
             fail2ban and similar programs alone. Exit code: 0 done, 1 something to know, 2 failed
    guests   adds to a libvirt network what its guests need to get addresses from a delegated prefix; shows it first,
             and asks. Exit code: 0 prepared, 1 not prepared, 2 failed
    metrics  prints the state of each kept uplink for Prometheus, or replaces FILE with it. Exit code: 0 done, 2 failed
    version  prints the version

    keep6 keeps an uplink whose iface stanza says 'keep6 yes' or whose .network file has a section [X-Keep6]; see
    keep6(8), interfaces-keep6(5) and keep6.network(5).

    """

/// Runs a subcommand; returns the exit code, 64 (EX_USAGE, sysexits.h) for wrong usage.
func command(_ arguments: [String], _ environment: ProcessEnvironment) -> Int32 {
    let rest = Array(arguments.dropFirst())
    switch arguments.first {
    case "status": return status(rest, environment)
    case "doctor": return doctor(rest, environment)
    case "watch": return watch(rest, environment)
    case "timeline": return timeline(rest, environment)
    case "check": return check(rest, environment)
    case "firewall": return firewall(rest, environment)
    case "guests": return guests(rest)
    case "metrics": return metrics(rest, environment)
    case "version", "--version":
        Log.write("keep6 \(version)\n", to: 1)
        return 0
    case "help", "--help", "-h":
        Log.write(usage, to: 1)
        return 0
    case let word?: return misused("unknown subcommand '\(word)'")
    case nil: return misused("name a subcommand")
    }
}

/// Prints the usage; returns the exit code for wrong usage.
func misused(_ what: String) -> Int32 {
    Log.write("keep6: \(what)\n\(usage)", to: 2)
    return 64
}

/// Whether standard output is a terminal that supports color, and the user wants color (https://no-color.org).
func wantsColor(_ environment: ProcessEnvironment) -> Bool {
    isatty(1) == 1 && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
}
