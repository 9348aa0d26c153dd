import Foundation

/// A guest of a host: what a virtual machine is to the host's network, a namespace on the bridge.
struct Guest {
    static let hardwareAddress = "02:00:00:00:00:77"

    let namespace: NamedNamespace

    /// Switched on, and plugged into nothing yet.
    init() throws {
        let run = try Run.current.get()
        namespace = NamedNamespace(name: "\(run.name)-\(run.number())-guest")
        try namespace.create()
    }

    /// What it makes itself of its hardware address where this prefix of 64 bits, without its end, is advertised.
    static func address(in prefix: String) -> String { "\(prefix)0:ff:fe00:77" }

    func plug(into bridge: String, of host: Host) throws {
        try machine(
            "ip", "link", "add", "vnet0", "netns", host.namespace.name, "type", "veth",
            "peer", "name", "eth0", "address", Self.hardwareAddress, "netns", namespace.name)
        try host.namespace.run("ip", "link", "set", "vnet0", "master", bridge, "up")
        try namespace.run("ip", "link", "set", "eth0", "up")
    }

    func discard() {
        namespace.killProcesses()
        namespace.remove()
    }
}
