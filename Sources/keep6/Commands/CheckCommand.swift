// keep6 check: what is wrong in /etc/network/interfaces and the .network files, before any interface is touched.
import CLinux
import Configuration
import Host
import Internet
import Linux
import Netlink

/// Prints what is wrong, each with file and line; returns 0 if nothing is wrong, 1 for warnings only, 2 for errors.
func check(_ arguments: [String], _ environment: ProcessEnvironment) -> Int32 {
    guard arguments.count <= 1, arguments.first?.hasPrefix("-") != true else {
        return misused("check takes the path of at most one file")
    }
    let result = arguments.first.map(checkFile) ?? checkHost(Voice(environment))
    for finding in result.findings {
        let kind = finding.severity == .error ? "error" : "warning"
        Voice.write("\(finding.place): \(kind): \(finding.sentence)\n", to: 1)
    }
    guard !result.findings.isEmpty else {
        Voice.write("keep6: \(result.subject): nothing is wrong\(result.kept.words)\n", to: 1)
        return 0
    }
    return result.findings.contains { $0.severity == .error } ? 2 : 1
}

private struct CheckResult {
    /// The name of what was read.
    let subject: String
    let findings: [Finding]
    let kept: KeptUplinks
}

private func checkFile(_ path: String) -> CheckResult {
    guard !path.hasSuffix(".network") else {
        let tree = NetworkTree(readingFile: path, with: .host)
        let findings = NetworkCheck(tree, unitExists: unitExists).findings()
        return CheckResult(subject: path, findings: findings, kept: KeptUplinks(nil, tree))
    }
    let tree = InterfacesTree(reading: path, with: .host, for: .ofHost)
    return CheckResult(subject: path, findings: interfacesFindings(tree), kept: KeptUplinks(tree))
}

private func interfacesFindings(_ tree: InterfacesTree) -> [Finding] {
    let hasClient = access(DelegationUnit.dhcpcd, X_OK) == 0
    let settings = InterfacesProgramSettings(of: tree.program, read(InterfacesProgramSettings.path(of: tree.program)))
    return InterfacesCheck(tree, settings: settings, unitExists: unitExists).findings()
        + DelegationCheck(
            tree, hasClient: hasClient, rival: EnabledUnit.link(to: "dhcpcd.service"), read: read
        ).findings()
}

private func read(_ path: String) -> String? {
    let bytes = try? Descriptor(opening: path, O_RDONLY | O_NONBLOCK).readAll(limit: StateFile.limit, of: path)
    return bytes.map { String(decoding: $0, as: UTF8.self) }
}

/// All files that ifupdown and networkd read; a host may have only one of them.
private func checkHost(_ voice: Voice) -> CheckResult {
    let path = InterfacesTree.path
    let network = NetworkTree(with: .host)
    let networkFindings = NetworkCheck(network, unitExists: unitExists).findings()
    let files = network.files.count == 1 ? "1 .network file" : "\(network.files.count) .network files"
    let rivals = ManagerRivals().findings() + ManagerRivals().findings(network) + FirewallRivals().findings(voice)
    let clients = ClientUnitCheck(EnabledUnit.services(), read: read)
    if !network.kept.isEmpty, access(path, F_OK) != 0 {
        let findings = networkFindings + guestFindings(nil, network) + rivals + clients.findings(nil, network)
        return CheckResult(subject: files, findings: findings, kept: KeptUplinks(nil, network))
    }
    let interfaces = InterfacesTree.ofHost
    let findings =
        interfacesFindings(interfaces) + networkFindings
        + SharedLinkCheck(interfaces, network, lookUp: lookUp).findings()
        + guestFindings(interfaces, network) + rivals + clients.findings(interfaces, network)
    return CheckResult(
        subject: network.files.isEmpty ? path : "\(path) and \(files)", findings: findings,
        kept: KeptUplinks(interfaces, network))
}

private func guestFindings(_ interfaces: InterfacesTree?, _ network: NetworkTree) -> [Finding] {
    let facts = HostFacts.host
    return GuestCheck(
        interfaces, network, owner: facts.owner, xml: { GuestNetwork($0).definition },
        libvirt: read("/etc/libvirt/network.conf")
    ).findings()
        + ProxyCheck(interfaces, network, facts).findings()
        + SharedPrefixCheck(GuestNetwork.defined).findings(interfaces, network)
}

/// What the kernel knows about the link of this name, if there is one.
private func lookUp(_ name: InterfaceName) -> KnownLink {
    guard let socket = try? Rtnetlink(), let link = try? socket.link(name) else { return KnownLink(name) }
    return KnownLink(link)
}

/// Whether systemd finds the unit's file (systemd.unit(5), "Unit File Load Path").
private func unitExists(_ unit: UnitName) -> Bool? {
    let directories = [
        "/etc/systemd/system", "/run/systemd/system", "/run/systemd/generator", "/usr/local/lib/systemd/system",
        "/usr/lib/systemd/system", "/lib/systemd/system",
    ]
    return directories.contains { directory in
        unit.fileNames.contains { access("\(directory)/\($0)", F_OK) == 0 }
    }
}
