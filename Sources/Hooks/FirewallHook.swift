// firewall-hook start|stop: keep6-firewall.service, the firewall of hosts whose links networkd configures.
import CLinux
import Host
import Internet
import Linux

/// Restores the rules before networkd brings a link up, and saves them when the host goes down; returns the exit code.
///
/// Where ifupdown configures the uplinks, its hooks do both. The code is 0 even if the firewall could not be restored:
/// the network must come up all the same, for the administrator to mend it.
package func firewallHook(_ arguments: [String], _ environment: ProcessEnvironment) -> Int32 {
    let log = Log(environment)
    guard let word = arguments.first, arguments.count == 1, ["start", "stop"].contains(word) else {
        log.warning("the firewall hook takes 'start' or 'stop'; start keep6-firewall.service instead.")
        return 1
    }
    guard NetworkdConfiguration(log).wantsFirewall else { return 0 }
    if word == "start" {
        HostFirewall(log).restoreOnce(log)
    } else {
        HostFirewall(log).save(cause: "keep6-firewall.service stopped", log)
    }
    return 0
}
