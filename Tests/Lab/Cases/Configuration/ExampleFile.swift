import Foundation
import Testing

/// A file of docs/examples, which the package installs for administrators to copy.
struct ExampleFile {
    /// Its path below docs/examples.
    let name: String
    let text: String

    init(_ name: String) throws {
        self.name = name
        text = try String(contentsOfFile: ProjectTree.path("docs/examples/\(name)"), encoding: .utf8)
    }

    /// Where the package installs it.
    var installed: String { "/usr/share/doc/keep6/examples/\(name)" }

    /// What may be used of a libvirt network whose XML this is.
    static let network = "guests"
    static let bridge = "virbr6"
}

extension HostPlan {
    /// A host whose administrator copied these examples, unchanged, to where their comments say, and rebooted.
    init(_ release: DebianRelease, _ manager: Manager, _ uplink: ExampleFile, guests: ExampleFile? = nil) {
        self.init(release, interfaces: "")
        self.manager = manager
        uplinks = [.eno1]
        libvirtNetwork = .absent
        let path =
            switch manager {
            case .ifupdown: "/etc/network/interfaces.d/eno1"
            case .networkd: "/etc/systemd/network/50-eno1.network"
            }
        files[path] = uplink.text
        // A DUID is a key; who configures the link can read it all the same.
        preparation = [manager == .ifupdown ? "chmod 600 \(path)" : "chown root:systemd-network \(path)"]
        if manager == .networkd { preparation.append("chmod 640 \(path)") }
        if let guests {
            let networks = "/etc/libvirt/qemu/networks"
            files["\(networks)/\(ExampleFile.network).xml"] = guests.text
            // As 'virsh net-autostart' does.
            preparation += [
                "mkdir -p \(networks)/autostart && ln -s ../\(ExampleFile.network).xml \(networks)/autostart/"
            ]
        }
    }
}

extension Uplink {
    /// As the examples call it.
    static let eno1 = Uplink("eno1")
}

extension Host {
    /// Requires that the package has installed just this text, which is what an administrator copies.
    func requireInstalled(_ example: ExampleFile) throws {
        let text = try command("cat '\(example.installed)'").succeed()
        try #require(text == example.text, "the package is older than \(example.name): run 'make deb'")
    }

    /// Requires that nothing is found wrong in the files as they are, and that the uplink is well.
    func requireNothingWrong() throws {
        let check = try run("keep6 check")
        try #require(check.succeeded && check.standardOutput.contains("nothing is wrong"), "\(check.story)")
        let status = try run("keep6 status eno1")
        try #require(status.succeeded && status.standardOutput.hasPrefix("eno1: well"), "\(status.story)")
    }
}
