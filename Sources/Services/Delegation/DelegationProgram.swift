// keep6-delegation IFACE: the service that has dhcpcd ask for one uplink's prefix (keep6-delegation@.service(8)); and
// delegation-report, which dhcpcd runs as its script.
import CLinux
import Configuration
import Host
import Internet
import Linux
import StateMachines
import Systemd

/// Asks until it is told to stop; returns the exit code.
///
/// 0 stopped, 1 something failed that a restart may mend, 78 (EX_CONFIG, sysexits.h) a restart will not mend it.
package func keep6Delegation(_ arguments: [String], _ environment: ProcessEnvironment) -> Int32 {
    let log = Log(environment)
    let misconfigured: Int32 = 78
    guard arguments.count == 1, let text = UnitInstance.text(arguments[0]), let uplink = InterfaceName(text) else {
        log.warning(
            "the delegation needs the name of one interface, got '\(arguments.joined(separator: "' '"))';"
                + " start it as keep6-delegation@INTERFACE.service.")
        return misconfigured
    }
    guard let delegation = RunDirectory.kept(uplink, log)?.wish.delegation else {
        log[uplink].warning(
            "\(RunDirectory.path) has no keep6-delegation for this interface; write 'keep6 yes' and"
                + " 'keep6-delegation DUID' into its iface stanza and bring it up with ifup.")
        DelegationUnit(uplink, log).takeBack()
        return misconfigured
    }
    guard access(DelegationUnit.dhcpcd, X_OK) == 0 else {
        log[uplink].warning(
            "there is no \(DelegationUnit.dhcpcd), so no prefix is asked for; run 'apt install dhcpcd-base', then"
                + " 'systemctl start \(DelegationUnit(uplink, log).name)'.")
        DelegationUnit(uplink, log).takeBack()
        return misconfigured
    }
    do throws(SystemError) {
        return try DelegationService(delegation, of: uplink, log).run()
    } catch {
        log[uplink].warning("\(error); no prefix is asked for.")
        return 1
    }
}

/// Passes on what dhcpcd says in its script's environment, on standard output, which is a pipe to who runs dhcpcd.
package func delegationReport(_ environment: ProcessEnvironment) -> Int32 {
    guard let reason = environment["reason"] else {
        Log.write("delegation-report: it is for dhcpcd, which runs it as its script\n", to: 2)
        return 64
    }
    let report = DhcpcdReport(
        reason: reason, variables: environment.variables(startingWith: DhcpcdReport.variables))
    Log.write(report.line, to: 1)
    return 0
}
