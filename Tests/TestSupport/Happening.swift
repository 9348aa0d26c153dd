// What may happen to a kept host: one vocabulary for the model, the soak and the survival table.
import Internet
import Netlink
import StateMachines

/// One disruption or other event. What needs a provider is in the lab: see its `Disruption` and `Nuisance`.
package struct Happening: Sendable {
    package typealias InModel = @Sendable (inout World, inout SeededGenerator) -> Void

    package let title: String
    /// What does it on a host of the lab, in a shell; empty where nothing on the host does it.
    package let line: String
    /// How many of `totalWeight` events of the model it is.
    package let weight: Int
    package let inModel: InModel

    package init(_ title: String, line: String = "", weight: Int = 0, inModel: @escaping InModel = { _, _ in }) {
        self.title = title
        self.line = line
        self.weight = weight
        self.inModel = inModel
    }

    /// The host's address, in the model and on the lab's first uplink.
    package static let address = InterfaceAddress("2001:db8:1::10/64")!
    package static let deadGateway = "fe80::dead"
    package static let settings = "/proc/sys/net/ipv6/conf"
    private static let killGuard = "systemctl kill -s KILL keep6@eth0.service"
}

// MARK: - On hosts, and most of them in the model

extension Happening {
    package static let routeDeleted = Happening("default route deleted", line: "ip -6 route del default", weight: 1) {
        if let route = $0.routes.randomElement(using: &$1) { $0.delete(route, by: .process(99)) }
    }
    package static let routesFlushed = Happening("default route flushed", line: "ip -6 route flush default")
    package static let wrongRoute = Happening(
        "a wrong default route put in place", line: "ip -6 route replace default via \(deadGateway) dev eth0", weight: 1
    ) {
        $0.putInPlace(of: World.routers.randomElement(using: &$1)!)
    }
    package static let forwarding = Happening(
        "accept_ra set back to 1, then forwarding on",
        line: "echo 1 >\(settings)/eth0/accept_ra; echo 1 >\(settings)/all/forwarding", weight: 1
    ) {
        $0.acceptRA = Int.random(in: 0...2, using: &$1)
        $0.forward()
    }
    package static let addressDeleted = Happening(
        "static address deleted", line: "ip -6 addr del \(address) dev eth0", weight: 1
    ) { world, _ in
        deleteAddress(in: &world)
    }
    package static let guardKilled = Happening("guard killed (kill -9)", line: killGuard)
    package static let guardKilledBlind = Happening(
        "guard killed, and the default route deleted at once", line: "\(killGuard); ip -6 route del default")

    private static func deleteAddress(in world: inout World) {
        if let address = world.addresses.first(where: { $0.value == address }) { world.delete(address) }
    }
}

// MARK: - In the model

extension Happening {
    /// All that the model's random sequences consist of.
    package static let ofModel = [routeDeleted, wrongRoute, forwarding, addressDeleted] + onlyOfModel

    private static let onlyOfModel = [
        Happening("router advertisement", weight: 4) {
            let router = World.routers.randomElement(using: &$1)!
            $0.advertise(router, lifetime: [0, 1, 5, 30, 1800, 65535].randomElement(using: &$1)!)
        },
        Happening("learned route deleted by the kernel", weight: 1) {
            if let route = $0.learnt.randomElement(using: &$1) { $0.delete(route, by: .kernel) }
        },
        Happening("carrier off or on", weight: 1) {
            $0.setLink(up: Bool.random(using: &$1))
            if !$0.link.isUp { deleteAddress(in: &$0) }
        },
        Happening("notifications lost", weight: 1) { world, _ in world.isDeaf = true },
        Happening("router that is no router any longer", weight: 1) {
            $0.renounce(World.routers.randomElement(using: &$1)!)
        },
        Happening("guard told to read its wish again", weight: 1) { world, _ in world.tell(.poke("a test")) },
        Happening("router that does not answer", weight: 1) {
            $0.tell(.neighborFailed(World.routers.randomElement(using: &$1)!))
        },
        Happening("notifications late from now on", weight: 1) { world, _ in
            if world.unheard == nil { world.unheard = [] }
        },
        Happening("time passes", weight: 5) { $0.pass(.milliseconds(Int.random(in: 1...200_000, using: &$1))) },
    ]

    private static let totalWeight = ofModel.map(\.weight).reduce(0, +)

    /// One event of the model, each as often as its weight says.
    package static func random(using random: inout SeededGenerator) -> Happening {
        var place = Int.random(in: 0..<totalWeight, using: &random)
        return ofModel.first { happening in
            place -= happening.weight
            return place < 0
        }!
    }
}
