import Foundation

/// A guest of a host: what a virtual machine is to the host's network, a namespace on the bridge.
struct Guest {
    let namespace: NetworkNamespace
    let address: String

    /// Plugged into the host's bridge with an address of the libvirt network, and known to the provider.
    init(on bridge: String, of host: Host, at provider: Provider, address: String = "fd00:6::2") throws {
        let run = try Run.current.get()
        namespace = NetworkNamespace(name: "\(run.name)-\(run.number())-guest")
        self.address = address
        try namespace.create()
        try machine(
            "ip", "link", "add", "vnet0", "netns", host.namespace.name, "type", "veth",
            "peer", "name", "eth0", "netns", namespace.name)
        try host.namespace.run("ip", "link", "set", "vnet0", "master", bridge, "up")
        try namespace.run("ip", "link", "set", "eth0", "up")
        try namespace.run("ip", "addr", "add", "\(address)/64", "dev", "eth0", "nodad")
        try namespace.run("ip", "-6", "route", "add", "default", "via", "fd00:6::1")
        try provider.namespace.run("ip", "-6", "route", "replace", "fd00:6::/64", "via", Uplink.eth0.address)
    }

    func discard() {
        namespace.killProcesses()
        namespace.remove()
    }
}
