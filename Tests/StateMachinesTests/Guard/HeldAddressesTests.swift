// Which static addresses the host answers for while they are away, and until when.
import Internet
import Netlink
import TestSupport
import Testing

@testable import Configuration

@Suite struct HeldAddressesTests {
    private static let own = InterfaceAddress("2001:db8:1::10/64")!

    /// An uplink with one static address, which the kernel has with these flags.
    private func world(flags: UInt32 = 0) -> World {
        var kept = KeptUplink(wish: Wish(uplink: InterfaceName("eth0")!))
        kept.manager = .networkd
        kept.staticAddresses = [Self.own]
        var world = World(kept)
        world.acceptRA = 0
        world.addresses[1].flags = flags
        world.start()
        return world
    }

    @Test func theStaticAddressIsHeldAndTheLinkLocalOneIsNot() {
        #expect(world().held == [Self.own.address])
    }

    @Test func itIsHeldWhileItIsAway() {
        var world = world()
        world.refusesAddresses = true
        world.delete(world.addresses[1])
        #expect(world.held == [Self.own.address])
        world.refusesAddresses = false
        world.pass(.seconds(100))
        #expect(world.addresses.last?.value == Self.own && world.held == [Self.own.address])
        #expect(world.log.filter { $0 == .hold(Self.own) }.count == 1)
    }

    /// 0x40 is IFA_F_TENTATIVE, 0x44 an optimistic address, 0x08 IFA_F_DADFAILED.
    @Test(arguments: [0x40, 0x44, 0x08] as [UInt32])
    func whatMayBeAnothersIsNotHeld(flags: UInt32) {
        var world = world(flags: flags)
        #expect(world.held == [])
        world.addresses[1].flags = 0
        world.tell(.addressAdded(world.addresses[1]))
        #expect(world.held == [Self.own.address])
        world.addresses[1].flags = 0x08
        world.tell(.addressAdded(world.addresses[1]))
        #expect(world.held == [], "it is another's after all")
    }

    @Test func whatIsNotWishedForIsReleased() {
        var world = world()
        world.kept?.staticAddresses = [InterfaceAddress("2001:db8:1::11/64")!]
        world.delete(world.addresses[1])
        #expect(world.held == [])
    }

    @Test func itIsReleasedWhenTheUplinkIsKeptNoLongerOrHasGone() {
        var world = world()
        let kept = world
        world.kept = nil
        world.tell(.poke("a test asks"))
        #expect(world.held == [])
        world = kept
        world.setLink(up: false)
        #expect(world.held == [])
        world.setLink(up: true)
        #expect(world.held == [Self.own.address])
        world.tell(.linkRemoved)
        #expect(world.held == [])
    }
}
