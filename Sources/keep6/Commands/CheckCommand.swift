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
    let result = arguments.first.map(checkFile) ?? checkHost(Log(environment))
    for finding in result.findings {
        let kind = finding.severity == .error ? "error" : "warning"
        Log.write("\(finding.place): \(kind): \(finding.sentence)\n", to: 1)
    }
    guard !result.findings.isEmpty else {
        Log.write("keep6: \(result.subject): nothing is wrong\(result.kept.words)\n", to: 1)
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
        let findings = Finding.all(of: NetworkCheck(tree, unitExists: unitExists))
        return CheckResult(subject: path, findings: findings, kept: KeptUplinks(nil, tree))
    }
    let tree = InterfacesTree(reading: path, with: .host, for: .ofHost)
    let findings = Finding.all(of: interfacesCheck(tree), delegationCheck(tree))
    return CheckResult(subject: path, findings: findings, kept: KeptUplinks(tree))
}

/// All files that ifupdown and networkd read; a host may have only one of them.
private func checkHost(_ log: Log) -> CheckResult {
    let path = InterfacesTree.path
    let network = NetworkTree(with: .host)
    let interfaces = network.kept.isEmpty || access(path, F_OK) == 0 ? InterfacesTree.ofHost : nil
    let facts = HostFacts.host
    let findings = Finding.all(
        of: interfaces.map(interfacesCheck),
        interfaces.map(delegationCheck),
        NetworkCheck(network, unitExists: unitExists),
        interfaces.map { SharedLinkCheck($0, network, lookUp: lookUp) },
        GuestCheck(
            interfaces, network, owner: facts.owner, xml: { GuestNetwork($0).definition },
            libvirt: read("/etc/libvirt/network.conf")),
        ProxyCheck(interfaces, network, facts),
        SharedPrefixCheck(interfaces, network, networks: GuestNetwork.defined),
        ManagerRivals(network: network),
        FirewallRivals(log: log),
        ClientUnitCheck(interfaces, network, services: EnabledUnit.services(), read: read))
    let files = network.files.count == 1 ? "1 .network file" : "\(network.files.count) .network files"
    let subjects = [interfaces.map { _ in path }, network.files.isEmpty ? nil : files].compactMap { $0 }
    return CheckResult(
        subject: subjects.joined(separator: " and "), findings: findings, kept: KeptUplinks(interfaces, network))
}

private func interfacesCheck(_ tree: InterfacesTree) -> InterfacesCheck {
    let settings = InterfacesProgramSettings(of: tree.program, read(InterfacesProgramSettings.path(of: tree.program)))
    return InterfacesCheck(tree, settings: settings, unitExists: unitExists)
}

private func delegationCheck(_ tree: InterfacesTree) -> DelegationCheck {
    DelegationCheck(
        tree, hasClient: access(DelegationUnit.dhcpcd, X_OK) == 0, rival: EnabledUnit.link(to: "dhcpcd.service"),
        read: read)
}

private func read(_ path: String) -> String? {
    let bytes = try? Descriptor(opening: path, O_RDONLY | O_NONBLOCK).readAll(limit: StateFile.limit, of: path)
    return bytes.map { String(decoding: $0, as: UTF8.self) }
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
