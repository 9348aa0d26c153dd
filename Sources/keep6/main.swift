// One executable under several names: the command `keep6`, the services, and the hooks.
import CLinux
import Hooks
import Host
import Linux
import Services

let environment = ProcessEnvironment.current()
let arguments = Array(CommandLine.arguments.dropFirst())
let name = CommandLine.arguments.first.map { String($0.split(separator: "/").last ?? "") } ?? ""

switch name {
case "if-hook": exit(ifHook(environment))
case "networkd-hook": exit(networkdHook(environment))
case "networkd-watch": exit(networkdWatch(environment))
case "firewall-hook": exit(firewallHook(arguments, environment))
case "libvirt-hook": exit(libvirtHook(arguments, environment))
case "keep6-delegation": exit(keep6Delegation(arguments, environment))
case "delegation-report": exit(delegationReport(environment))
case "keep6-guard": exit(keep6Guard(arguments, environment))
default: exit(command(arguments, environment))
}
