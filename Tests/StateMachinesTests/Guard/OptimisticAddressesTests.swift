// Addresses that are used while they are checked: which of them, how often, and what is said to the routers.
import CLinux
import Internet
import Netlink
import TestSupport
import Testing

@testable import Configuration

@Suite struct OptimisticAddressesTests {
    private static let value = InterfaceAddress("2001:db8:1::20/64")!

    private func address(_ value: InterfaceAddress = value, _ flags: Int32...) -> Address {
        var address = Address(interface: World.index, value: value)
        address.flags = flags.reduce(0) { $0 | UInt32($1) }
        return address
    }

    private func started() -> World {
        var world = World()
        world.start()
        world.log = []
        return world
    }

    private func made(_ world: World) -> [Address] {
        world.log.compactMap { if case .makeOptimistic(let address) = $0 { address } else { nil } }
    }

    @Test func anAddressBeingCheckedIsAddedAgainOnce() {
        var world = started()
        let tentative = address(Self.value, IFA_F_PERMANENT, IFA_F_TENTATIVE)
        world.tell(.addressAdded(tentative))
        #expect(made(world) == [tentative])
        world.tell(.addressRemoved(tentative))
        world.tell(.addressAdded(tentative))
        world.tell(.poke("a test"))
        #expect(made(world).count == 1)
    }

    @Test func anAddressThatSomebodyAddsAnewIsCheckedAnew() {
        var world = started()
        let tentative = address(Self.value, IFA_F_PERMANENT, IFA_F_TENTATIVE)
        for _ in 0..<2 {
            world.tell(.addressAdded(tentative))
            // Its own removal, then somebody's.
            world.tell(.addressRemoved(tentative))
            world.tell(.addressRemoved(tentative))
        }
        #expect(made(world).count == 2)
    }

    @Test func aLinkThatComesUpHasItsAddressesCheckedAnew() {
        var world = started()
        let tentative = address(Self.value, IFA_F_PERMANENT, IFA_F_TENTATIVE)
        world.tell(.addressAdded(tentative))
        world.setLink(up: false)
        world.addresses.append(tentative)
        world.setLink(up: true)
        #expect(made(world).count == 2)
    }

    @Test(
        arguments: [
            ("2001:db8:1::20/64", [IFA_F_PERMANENT]),
            ("2001:db8:1::20/64", [IFA_F_TENTATIVE]),
            ("2001:db8:1::20/64", [IFA_F_PERMANENT, IFA_F_TENTATIVE, IFA_F_DADFAILED]),
            ("2001:db8:1::20/64", [IFA_F_PERMANENT, IFA_F_TENTATIVE, IFA_F_OPTIMISTIC]),
        ] as [(String, [Int32])])
    func othersAreLeftAlone(text: String, flags: [Int32]) throws {
        var world = started()
        var address = Address(interface: World.index, value: try #require(InterfaceAddress(text)))
        for flag in flags { address.flags |= UInt32(flag) }
        world.tell(.addressAdded(address))
        #expect(made(world).isEmpty)
    }

    @Test(arguments: [0, 1, 2])
    func theLinkLocalAddressIsLeftToWhoHandlesAdvertisements(acceptRA: Int) {
        var world = World()
        world.acceptRA = acceptRA
        world.start()
        world.log = []
        world.tell(.addressAdded(address(InterfaceAddress("fe80::20/64")!, IFA_F_PERMANENT, IFA_F_TENTATIVE)))
        #expect(made(world).isEmpty == (acceptRA == 0))
    }

    @Test func itsRemovalForTheAdditionIsNoLoss() {
        var kept = KeptUplink(wish: Wish(uplink: InterfaceName("eth0")!))
        kept.manager = .networkd
        kept.staticAddresses = [Self.value]
        var world = World(kept)
        world.start()
        world.log = []
        let tentative = address(Self.value, IFA_F_PERMANENT, IFA_F_TENTATIVE)
        world.tell(.addressAdded(tentative))
        world.tell(.addressRemoved(tentative))
        #expect(!world.log.contains(.readWish))
        world.tell(.addressRemoved(tentative))
        #expect(world.log.contains(.readWish))
    }

    @Test func onceItMayBeUsedItIsAnnouncedAndRoutersAreAskedFromIt() {
        var world = World()
        world.addresses = [address(InterfaceAddress("fe80::99/64")!, IFA_F_PERMANENT, IFA_F_TENTATIVE)]
        world.start()
        #expect(!world.log.contains(.solicit(tellsLinkLayerAddress: false)))
        world.tell(.addressAdded(address(Self.value, IFA_F_PERMANENT, IFA_F_TENTATIVE, IFA_F_OPTIMISTIC)))
        let announced = world.log.firstIndex(of: .announce(Self.value.address))
        let solicited = world.log.firstIndex(of: .solicit(tellsLinkLayerAddress: false))
        #expect(announced != nil && solicited != nil && announced! < solicited!)
        #expect(!world.log.contains(.solicit(tellsLinkLayerAddress: true)))
    }
}
