// What a guest's column has beside its host: a prefix that the provider delegates, and a guest on a network of it.
import Foundation

final class DelegatedGuest {
    static let network = "guests"
    /// Of the network's bridge.
    static let number = 7
    private static let address = Guest.address(in: "2001:db8:100:\(number):")

    private let server: DelegationServer
    private let guest: Guest

    /// Nothing of it runs yet.
    init(in lab: Lab) throws {
        server = try DelegationServer(at: lab.provider)
        guest = try lab.createGuest()
        try lab.provider.route(DelegationCases.prefix)
    }

    var end: EchoStream.End { .guest(guest, at: Self.address) }

    /// The provider's server delegates from now on.
    func startServer() throws {
        try server.start([DelegationCases.duid: DelegationCases.prefix])
    }

    /// As a virtual machine that is started with its network.
    func plug(into host: Host) throws {
        let bridge = "virbr\(Self.number)"
        try eventually("libvirt has started the guest's network", within: 60) {
            try host.namespace.command(["ip", "link", "show", bridge, "up"]).run().standardOutput.contains(bridge)
        }
        try guest.plug(into: bridge, of: host)
    }
}
