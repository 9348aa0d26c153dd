import Foundation
import Testing

/// A guest that is given nothing: it has the addresses and the route that its network's router advertises.
final class AutonomousGuest {
    let namespace: NamedNamespace
    private let port = "vnet0"

    /// Plugged into the host's bridge.
    init(on bridge: String, of host: Host) throws {
        let run = try Run.current.get()
        namespace = NamedNamespace(name: "\(run.name)-\(run.number())-guest")
        try namespace.create()
        try machine(
            "ip", "link", "add", port, "netns", host.namespace.name, "type", "veth",
            "peer", "name", "eth0", "netns", namespace.name)
        try host.namespace.run("ip", "link", "set", port, "master", bridge, "up")
        try namespace.run("ip", "link", "set", "eth0", "up")
    }

    deinit {
        namespace.killProcesses()
        namespace.remove()
    }

    /// The address that it made itself of this prefix (`2001:db8:1:`), once it may use it.
    func address(in prefix: String) throws -> String {
        var found: String?
        try eventually("a guest has an address of '\(prefix)'", within: 40) {
            let all = try namespace.run("ip", "-6", "-o", "addr", "show", "dev", "eth0", "-tentative", "-deprecated")
            found = all.split { $0 == " " || $0 == "/" }.map(String.init).first { $0.hasPrefix(prefix) }
            return found != nil
        }
        return try #require(found)
    }

    /// Requires that it reaches the internet, and is reached from there, which takes other rules.
    func requireOnline(from address: String, by provider: Provider) throws {
        try eventually("the guest reaches the internet from '\(address)'", within: 20) {
            try namespace.command(["ping", "-6", "-q", "-n", "-c", "1", "-W", "1", "-I", address, Provider.internet])
                .run(within: 10).succeeded
        }
        try #require(try provider.reaches(address, within: 10), "'\(address)' is reached from the internet")
    }
}
